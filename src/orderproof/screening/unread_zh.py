"""What readers say of a file in English, in Chinese: why it was not read whole, and where a text stands that few see."""

import re
from functools import cache

_TOLD = {
    "a field of it shows the text of another file, which is not in it": "其中一个域显示另一文件的文字，而该文件不在其中",
    "a formula in it makes a text whose result is not stored": "其中一个公式生成文字，但未保存结果",
    "a link stands in its path; put the file itself there": "路径中有链接，请放入文件本身",
    "a part of its path is not a folder": "路径中有一段不是文件夹",
    "a part of its path ends in a point or a blank": "路径中有一段以点或空格结尾",
    "a file in it is damaged, and cannot be read": "其中一个文件已损坏，未能读取",
    "a message in it is packed, which no mail may be, and is not read": "其中一封邮件经过编码，这是邮件所不允许的，未读取",
    "a part of it declares a document type, which no office program writes": "其中一部分声明了文档类型，办公软件不会这样写",
    "a part of it has more than {} names of elements": "其中一部分的元素名称超过 {} 个",
    "a part of it is encrypted; get it decrypted": "其中一部分已加密，请取得解密后的文件",
    "a part of it is only pointed to, and is not in it": "其中一部分只有指向，内容不在文件中",
    "a part of it nests more than {} elements": "其中一部分的元素嵌套超过 {} 层",
    "a script from elsewhere runs in it, which is not read": "其中运行外部脚本，该脚本未读取",
    "a script in it writes on its pages, and is not run": "其中的脚本会在页面上写字，该脚本未运行",
    "a script in it writes on the page, and is not run": "其中的脚本会在页面上写字，该脚本未运行",
    "a style sheet from elsewhere is used in it, which is not read": "其中使用外部样式表，该样式表未读取",
    "a style sheet makes what is shown of it, and is not run": "显示的内容由样式表生成，该样式表未运行",
    "a `:` stands in its path": "路径中有“:”",
    "a NUL character stands in its path": "路径中有空字符",
    "bank details are announced where a picture stands, and its text cannot be read": "文中预告银行信息之处是图片，图中文字未能读取",
    "it breaks off before its end": "文件中途中断",
    "it declares entities, which stand for texts of its own": "文件自行定义实体，以代替文字",
    "it goes on to another page, which is not read": "文件会跳转到另一页面，该页面未读取",
    "it has no part {}": "文件缺少 {}",
    "it has no pages": "文件没有页面",
    "it holds a file that is packed as text (uuencode), which is not read; unpack it": (
        "文件含有以文本编码（uuencode）的文件，未读取，请解码"
    ),
    "it holds a program (macros), which is not read": "文件含有程序（宏），未读取",
    "it holds an object of another program, which is not read": "文件含有其他程序的对象，未读取",
    "it holds more than {} {}": "超过 {} {}",
    "it holds the object {}, which cannot be read": "文件含有未能读取的对象 {}",
    "it holds {} in a file within a file, too deep to be read": "{} 位于多层内嵌文件之中，层次过深",
    "it is a .7z archive; unpack it": "这是 .7z 压缩包，请解压",
    "it is a .rar archive; unpack it": "这是 .rar 压缩包，请解压",
    "it is a folder, not a file": "这是文件夹，不是文件",
    "it is a picture, and its text cannot be read": "这是图片，其中文字未能读取",
    "it is a picture in which no text was found": "这是图片，其中未发现文字",
    "it is a picture that cannot be read: {}": "这是未能读取的图片：{}",
    "it is a pipe or a device": "这是管道或设备",
    "it is an .xlsb workbook; save it as .xlsx": "这是 .xlsb 工作簿，请另存为 .xlsx",
    "it is compressed by gzip; unpack it": "文件经 gzip 压缩，请解压",
    "it is damaged: it is not a PDF file that can be opened": "无法作为 PDF 打开",
    "it is empty": "文件为空",
    "it is encrypted in a way that cannot be read": "其加密方式未能读取",
    "it is encrypted, and needs a password": "需要密码",
    "it is in PostScript; save it as .pdf": "这是 PostScript 文件，请另存为 .pdf",
    "it is in a format of Office that is not read; save it as .docx, .xlsx or .pdf": "请另存为 .docx、.xlsx 或 .pdf",
    "it is in a format of OpenDocument; save it as .docx, .xlsx or .pdf": "OpenDocument 格式，请另存为 .docx、.xlsx 或 .pdf",
    "it is in an old format of Office; save it as .docx, .xlsx or .pdf": "旧版 Office 格式，请另存为 .docx、.xlsx 或 .pdf",
    "it is larger than {} MiB": "文件超过 {} MiB",
    "it is nested too deep to be read": "嵌套过深",
    "it is no text, or one in an unknown encoding": "不是文本，或编码不明",
    "it shows another page or file, which is not read": "文件显示另一页面或文件，未读取",
    "it shows the file {}, which is not in it": "文件显示 {}，而该文件不在其中",
    "it was not read within {} seconds": "{} 秒内未能读完",
    "its end is missing: it is cut off": "文件结尾缺失",
    "its part {} cannot be read: {}": "其中的 {} 未能读取：{}",
    "its part {} is no XML, or damaged": "其中的 {} 不是 XML，或已损坏",
    "its part {} is not read: {}": "其中的 {} 未读取：{}",
    "its path is absolute; write it relative to the document": "路径是绝对路径，请改为相对于单据的路径",
    "its path is an address, not a file beside the document": "路径是网址，不是单据旁的文件",
    "its path begins with a drive; write it relative to the document": "路径以盘符开头，请改为相对于单据的路径",
    "`..` stands in its path; write it without": "路径中有“..”，请去掉",
    "a link to a folder is not followed": "不跟随指向文件夹的链接",
    "contracts beside an order in an archive are not read; unpack the archive, or give --attachments-root": "不读取压缩包内单据旁的合同，请解压，或用 --attachments-root 指定",
    "no file is in this folder": "文件夹中没有文件",
    "no file matches this pattern": "没有文件与该模式匹配",
    "standard input is closed": "标准输入已关闭",
    "its path leads to another computer or to a device": "路径指向其他计算机或设备",
    "more is found in it than can be told": "发现的内容过多，无法全部报告",
    "no file can have this name": "文件不能有这样的名称",
    "no text can be read in it": "读不出文字",
    "no text is in it": "没有文字",
    "page {} is a picture, and its text cannot be read": "第 {} 页是图片，其中文字未能读取",
    "reading it takes more memory than a file may take": "读取所需内存过多",
    "reading it takes more than a file may take": "读取所需时间或内存过多",
    "reading {} takes more than a file may take": "读取 {} 所需时间或内存过多",
    "something of page {} is missing or damaged": "第 {} 页的内容缺失或损坏",
    "text of page {} cannot be decoded": "第 {} 页的文字无法解码",
    "the document lies in no folder; give --attachments-root": "单据不在文件夹中，请用 --attachments-root 指定",
    "the path names no file": "路径没有指明文件",
    "the text of page {} is cut off": "第 {} 页的文字不完整",
    "there is no such file": "找不到文件",
    "{} is damaged, and cannot be read whole": "{} 已损坏，未能完整读取",
    "{} is the name of a device": "{} 是设备名",
    "a format shows other digits than a cell holds, under a condition that is not judged": "某单元格格式在某条件下显示的数字与所存不同，该条件未判断",
    "a part of the workbook is in the encoding {}, which no XML reader knows": "工作簿的一部分使用编码 {}，没有 XML 阅读器认识",
    "it cannot be opened: {}": "无法打开：{}",
    "its reader has a fault ({}); report this, and have a person read the file": "本程序的读取器有缺陷（{}）；请报告此问题，并请人工阅读该文件",
    "its reader has no words for accounts": "读取器没有账户词汇表",
    "its reader told something that nobody understands": "读取器的答复无法理解",
    "no path says which file it is": "没有路径指明是哪个文件",
    "of one document {} attachments are read": "每份单据最多读取 {} 个附件",
    "reading it ended the reader: {}": "读取时读取器中止：{}",
    "page {} is drawn in lines, and cannot be read": "第 {} 页以线条绘成，其中文字未能读取",
    "letters of page {} are drawn in lines, and cannot be read": "第 {} 页的字母以线条绘成，未能读取",
    "the reader of attachments cannot be started: {}": "附件读取器无法启动：{}",
    "the attachments of one document may take {} seconds together": "一份单据的附件总共最多读取 {} 秒",
    "{}; report this, and have a person read the file": "{}；请报告此问题，并请人工阅读该文件",
    "members of the archive share the same bytes": "压缩包的成员共用同一段数据",
    "no {} is read as a contract": "{} 不作为合同读取",
    "the archive has more than {} members, the most that is read": "压缩包的成员超过 {} 个",
    "the archive has two members of the name {}": "压缩包有两个名为 {} 的成员",
    "the compressed data are damaged, or not what the archive says of them; nothing was read from there on": (
        "压缩数据已损坏，或与压缩包所述不符；其后内容未读取"
    ),
    "the member {} has another name where it is listed than where it stands": "成员 {} 在目录中与在原处的名称不同",
    "this is no zip archive, or a damaged one": "不是 zip 压缩包，或压缩包已损坏",
    "this member is a link": "该成员是链接",
    "this member is compressed by a method that is not read ({})": "该成员的压缩方法未能读取（{}）",
    "unpacked, the archive is larger than {} MiB, the most that is read": "压缩包解压后超过 {} MiB",
    "unpacked, this member is more than {} times as large as packed": "该成员解压后超过压缩时的 {} 倍",
    "{}: `{}`": "{}：`{}`",
}
_THINGS = {
    "pages": "页",
    "cells": "个单元格",
    "tags": "个标记",
    "lines": "行",
    "characters of text": "个字符",
    "digits": "个数字",
    "unpacked bytes": "字节（解压后）",
    "embedded files": "个内嵌文件",
    "its properties": "文件属性",
    "a part that no page draws": "未被任何页面绘出的部分",
    "its alternative texts": "替代文字",
    "its attached files": "附加文件",
    "its form": "表单",
    "its layers": "图层",
    "its outline": "目录",
    "the list of its pages": "页面列表",
    "what stands on none of its pages": "不在任何页面上的内容",
}
_PLACES = {
    "attachment": "附件",
    "attribute": "属性",
    "background": "背景",
    "bookmark": "书签",
    "data of a content control": "内容控件的数据",
    "drawn on no page": "未在任何页面绘出",
    "field": "域",
    "form data": "表单数据",
    "form field": "表单域",
    "script": "脚本",
    "sheet data": "工作表数据",
    "style sheet": "样式表",
    "text of no cell": "不属于任何单元格的文字",
    "text of no page": "不属于任何页面的文字",
    "alternative text": "替代文字",
    "clipped text": "被裁去的文字",
    "comment": "批注",
    "covered text": "被遮盖的文字",
    "defined name": "定义的名称",
    "deleted text": "已删除的文字",
    "document property": "文件属性",
    "earlier version": "较早的版本",
    "embedded file": "内嵌文件",
    "endnote": "尾注",
    "footer": "页脚",
    "footnote": "脚注",
    "header": "页眉",
    "hidden annotation": "隐藏的注释",
    "hidden column": "隐藏的列",
    "hidden row": "隐藏的行",
    "hidden sheet": "隐藏的工作表",
    "hidden text": "隐藏的文字",
    "hyperlink": "超链接",
    "invisible text": "不可见的文字",
    "number format": "数字格式",
    "outside the page": "页面之外",
    "picture": "图片",
    "reversed text": "倒写的文字",
    "sheet name": "工作表名称",
    "text box": "文本框",
    "tiny text": "极小的文字",
    "transparent text": "透明的文字",
    "white text": "白色文字",
}
_TABLE = re.compile(r"table ([0-9]+)(?=!)")
_PAGE = re.compile(r"(?:the text of )?page ([0-9]+)")


def unread_zh(reason: str) -> str | None:
    """A reason in Chinese; None where it is not known in Chinese."""
    known = _TOLD.get(reason)
    if known is not None:
        return known
    for pattern, told in _patterns():
        if (match := pattern.fullmatch(reason)) is not None:
            return told.format(*map(_thing, match.groups()))
    return None


def place_zh(text: str) -> str:
    """The part of a file, or why a text is not seen, in Chinese; as it is where it is not known in Chinese."""
    table = _TABLE.match(text)
    if table is not None:
        return f"表格 {table.group(1)}{text[table.end() :]}"
    head, mark, name = text.partition(" `")
    return f"{_PLACES.get(head, head)}{mark}{name}"


def _thing(text: str) -> str:
    """What is filled into a reason: a name as it is, a thing or a reason of its own in Chinese."""
    page = _PAGE.fullmatch(text)
    if page is not None:
        return f"第 {page.group(1)} 页"
    return _THINGS.get(text) or unread_zh(text) or text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The reasons in which something is filled in."""
    return tuple(
        (re.compile("(.+)".join(map(re.escape, reason.split("{}")))), told)
        for reason, told in _TOLD.items()
        if "{}" in reason
    )
