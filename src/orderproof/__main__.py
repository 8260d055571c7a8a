"""``python -m orderproof``: the program without its script."""

from orderproof.cli import main

if __name__ == "__main__":
    main()
