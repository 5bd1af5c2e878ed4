"""Median times of QuantEcon.py's RepeatedGame.equilibrium_payoffs on the published repeated games.

Usage: python quantecon_times.py RUNS FILE...   (inside the virtual environment that compare.sh makes)
Best setting: the pure minmax start; the default start is timed too. Numba is warmed up first.
"""
import json
import statistics
import sys
import time

import numpy as np
from quantecon.game_theory import NormalFormGame, Player
from quantecon.game_theory.repeated_game import RepeatedGame


def payoffs(game):
    if "state" in game:
        state = game["state"][0]
        m, n = state["actions"]
        first, second = np.empty((m, n)), np.empty((n, m))
        for profile in state["profiles"]:
            a, b = profile["a"]
            first[a, b], second[b, a] = profile["u"]
        return first, second
    n = game["rule_parameters"]["n"]
    q = np.linspace(0, 6, n)
    price = np.maximum(6 - q[:, None] - q[None, :], 0) - 0.6
    return q[:, None] * price, q[:, None] * price


def median(repeated, runs, options):
    repeated.equilibrium_payoffs(options=options)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        repeated.equilibrium_payoffs(options=options)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def main():
    runs = int(sys.argv[1])
    print("game,default_ms,minmax_ms")
    for file in sys.argv[2:]:
        game = json.load(open(file))
        if game["players"] != 2 or game.get("states", 1) != 1:
            continue
        first, second = payoffs(game)
        repeated = RepeatedGame(NormalFormGame([Player(first), Player(second)]), game["discount"])
        minmax = np.array([first.max(axis=0).min(), second.max(axis=0).min()])
        shown = []
        for options in ({"max_iter": 500}, {"max_iter": 500, "u_init": minmax}):
            try:
                shown.append(f"{median(repeated, runs, options):.4f}")
            except Exception as error:  # a set without interior raises an error in its hull library
                shown.append(type(error).__name__)
        print(game["name"], *shown, sep=",", flush=True)


main()
