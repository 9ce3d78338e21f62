"""The random numbers of Sources/Kernels/RandomStream.swift, so that data sets and starts are ours.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011) and Box-Muller. Words are the same bits as
ours; normals agree to single precision.
"""

import numpy as np

MASK = 0xFFFF_FFFF


def words(index, key, step, purpose=0):
    """The four words of counters (index, step, purpose), for an array of indices."""
    index = np.asarray(index, dtype=np.uint64)
    c = [index, np.full_like(index, step & MASK), np.full_like(index, step >> 32),
         np.full_like(index, purpose)]
    k = [key & MASK, key >> 32]
    mask, half = np.uint64(MASK), np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(0xD251_1F53) * c[0], np.uint64(0xCD9E_8D57) * c[2]
        c = [(p1 >> half) ^ c[1] ^ np.uint64(k[0]), p1 & mask,
             (p0 >> half) ^ c[3] ^ np.uint64(k[1]), p0 & mask]
        k = [(k[0] + 0x9E37_79B9) & MASK, (k[1] + 0xBB67_AE85) & MASK]
    return c


def normals(count, key, step):
    """`count` standard normals. Sixteen counters make a block of 64: the cosines and the sines of
    their first two words, then those of the other two."""
    blocks = -(-count // 64)
    w = words(np.arange(16 * blocks), key, step)
    rows = []
    for a, b in ((w[0], w[1]), (w[2], w[3])):
        radius = np.sqrt(-2 * np.log((a.astype(float) + 0.5) * 2.0**-32))
        angle = 2 * np.pi * 2.0**-32 * b.astype(float)
        rows += [radius * np.cos(angle), radius * np.sin(angle)]
    ordered = np.stack(rows).reshape(4, blocks, 16).swapaxes(0, 1)
    return ordered.reshape(-1)[:count].astype(np.float32)
