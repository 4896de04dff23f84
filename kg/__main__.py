"""`python -m kg`: the command line without the script."""

from kg.cli import main

if __name__ == "__main__":
    main()
