"""What the programs of the lessons share: see lesson.h."""
import os


def PARAM(name, value):
    number = float(os.environ.get(name, value))
    return int(number) if number == int(number) else number
