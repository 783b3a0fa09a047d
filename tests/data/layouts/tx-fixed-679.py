import importlib


def layout():
    return importlib.import_module("layouts.tx-fixed").layout("tx-fixed-679", 4)
