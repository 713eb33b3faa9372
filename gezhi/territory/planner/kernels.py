"""The inner loops of the planner, compiled when first called. Pure.

A graph of atoms comes as arrays: the neighbours of atom v are `adj[start[v]:start[v + 1]]`, with what it costs to have a
border there. Costs are whole numbers and random numbers are our own, so that a seed gives the same draft on any number of cores.
The loops hold no lock of Python: components run side by side on all cores.
"""

import numpy as np
from numba import njit

from gezhi.territory.planner.rules import EACH, OUTSIDE

NEVER = 2**60
# How strongly the noise bends the trees, and how much of a border beside a tree's own edge the programme counts.
NOISE = 0.6
# Of ten times that parts are put together, two are taken six times, three three times, four once.
MERGE_TWO, MERGE_THREE = 0.6, 0.9


@njit(cache=True, nogil=True)
def draw(state):
    """The next random 64 bits (xorshift*)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)


@njit(cache=True, nogil=True)
def uniform(state):
    return np.float64(draw(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def below(state, end):
    """A random whole number from 0 to end - 1."""
    return np.int64(uniform(state) * end)


@njit(cache=True, nogil=True)
def fault(total, low, high):
    """What a part of so many households costs for being out of range."""
    if total < low:
        return OUTSIDE + EACH * (low - total)
    if total > high:
        return OUTSIDE + EACH * (total - high)
    return 0


@njit(cache=True, nogil=True)
def root_of(chief, v):
    while chief[v] != v:
        chief[v] = chief[chief[v]]
        v = chief[v]
    return v


@njit(cache=True, nogil=True)
def random_tree(start, adj, cost, members, local, state):
    """A random spanning tree of `members` that prefers to keep expensive borders inside: (order, parent), by position in `members`.

    `order` is from the root outwards; the members must hang together.
    """
    m = len(members)
    count = 0
    for i in range(m):
        v = members[i]
        for e in range(start[v], start[v + 1]):
            if local[adj[e]] > i:
                count += 1
    first = np.empty(count, np.int64)
    second = np.empty(count, np.int64)
    key = np.empty(count, np.float64)
    k = 0
    for i in range(m):
        v = members[i]
        for e in range(start[v], start[v + 1]):
            j = local[adj[e]]
            if j > i:
                first[k] = i
                second[k] = j
                key[k] = -np.float64(cost[e]) * (1.0 - NOISE + 2.0 * NOISE * uniform(state))
                k += 1
    chief = np.arange(m)
    tree_a = np.empty(m, np.int64)
    tree_b = np.empty(m, np.int64)
    edges = 0
    for k in np.argsort(key):
        a, b = root_of(chief, first[k]), root_of(chief, second[k])
        if a != b:
            chief[a] = b
            tree_a[edges] = first[k]
            tree_b[edges] = second[k]
            edges += 1
    return from_root(m, tree_a[:edges], tree_b[:edges], below(state, m))


@njit(cache=True, nogil=True)
def from_root(m, tree_a, tree_b, root):
    """The order from the root outwards and each node's parent (-1 for the root), from the edges of a tree."""
    edges = len(tree_a)
    offset = np.zeros(m + 1, np.int64)
    for k in range(edges):
        offset[tree_a[k] + 1] += 1
        offset[tree_b[k] + 1] += 1
    for i in range(m):
        offset[i + 1] += offset[i]
    place = offset[:-1].copy()
    beside = np.empty(2 * edges, np.int64)
    for k in range(edges):
        beside[place[tree_a[k]]] = tree_b[k]
        place[tree_a[k]] += 1
        beside[place[tree_b[k]]] = tree_a[k]
        place[tree_b[k]] += 1
    parent = np.full(m, -1, np.int64)
    order = np.empty(m, np.int64)
    seen = np.zeros(m, np.bool_)
    order[0] = root
    seen[root] = True
    filled = 1
    at = 0
    while at < filled:
        v = order[at]
        at += 1
        for k in range(offset[v], offset[v + 1]):
            w = beside[k]
            if not seen[w]:
                seen[w] = True
                parent[w] = v
                order[filled] = w
                filled += 1
    return order[:filled], parent


@njit(cache=True, nogil=True)
def cut_prices(start, adj, cost, members, local, order, parent):
    """For each tree edge (named by its lower end): the border between what hangs below it and the rest of `members`."""
    m = len(members)
    price = np.zeros(m, np.int64)
    depth = np.zeros(m, np.int64)
    for at in range(1, len(order)):
        v = order[at]
        depth[v] = depth[parent[v]] + 1
    for i in range(m):
        v = members[i]
        for e in range(start[v], start[v + 1]):
            j = local[adj[e]]
            if j > i:
                a, b = i, j
                while a != b:
                    if depth[a] < depth[b]:
                        a, b = b, a
                    price[a] += cost[e]
                    a = parent[a]
    return price


@njit(cache=True, nogil=True)
def split_tree(weight, members, order, parent, price, low, high, cap, grain, part_price):
    """The cheapest division of a tree into parts, any number of them: a dynamic programme over sums of households.

    Exact with a grain of 1; a coarser one keeps only one of the sums that lie in a grain, which is faster where atoms are small.

    An entry is (sum of the open part at the top, cost so far, entry before the last child, entry of the child; of a cut
    child the entry's complement). Gives the number of each member's part.
    """
    m = len(members)
    size = 1024
    sums = np.empty(size, np.int64)
    costs = np.empty(size, np.int64)
    before = np.empty(size, np.int64)
    child = np.empty(size, np.int64)
    filled = 0
    begin = np.zeros(m, np.int64)
    end = np.zeros(m, np.int64)
    slot = np.full(cap // grain + 1, -1, np.int64)
    for i in range(m):
        if filled == size:
            size *= 2
            sums, costs, before, child = grown(sums, size), grown(costs, size), grown(before, size), grown(child, size)
        sums[filled] = weight[members[i]]
        costs[filled] = 0
        before[filled] = -1
        child[filled] = -1
        begin[i] = filled
        filled += 1
        end[i] = filled
    closed = np.zeros(m, np.int64)
    for at in range(len(order) - 1, -1, -1):
        c = order[at]
        best = NEVER
        for e in range(begin[c], end[c]):
            total = costs[e] + fault(sums[e], low, high) + part_price
            if total < best:
                best = total
                closed[c] = e
        v = parent[c]
        if v < 0:
            continue
        best += price[c]
        needed = filled + min(cap // grain + 2, (end[v] - begin[v]) * (end[c] - begin[c] + 1) + 1)
        while needed > size:
            size *= 2
            sums, costs, before, child = grown(sums, size), grown(costs, size), grown(before, size), grown(child, size)
        fresh = filled
        # The heaviest atoms alone may be above the cap: such an entry has no slot and is kept as it is.
        for e in range(begin[v], end[v]):
            here, spent = sums[e], costs[e]
            filled = put(
                sums, costs, before, child, slot, cap, grain, filled, fresh, here, spent + best, e, -2 - closed[c]
            )
            for t in range(begin[c], end[c]):
                if here + sums[t] <= cap:
                    filled = put(
                        sums,
                        costs,
                        before,
                        child,
                        slot,
                        cap,
                        grain,
                        filled,
                        fresh,
                        here + sums[t],
                        spent + costs[t],
                        e,
                        t,
                    )
        for e in range(fresh, filled):
            if sums[e] <= cap:
                slot[sums[e] // grain] = -1
        begin[v] = fresh
        end[v] = filled
    part, parts = read_back(order, parent, closed, before, child)
    piece_sums = np.zeros(parts, np.int64)
    for i in range(m):
        piece_sums[part[i]] += weight[members[i]]
    return part, piece_sums


@njit(cache=True, nogil=True)
def read_back(order, parent, closed, before, child):
    """The part of each member, by following the entries from the root down; and how many parts there are."""
    m = len(parent)
    part = np.full(m, -1, np.int64)
    entry = np.empty(m, np.int64)
    parts = 0
    root = order[0]
    part[root] = 0
    parts = 1
    entry[root] = closed[root]
    # Children merged last are undone first; each node's children in the order of merging are met backwards.
    kids_start = np.zeros(m + 1, np.int64)
    for at in range(1, len(order)):
        kids_start[parent[order[at]] + 1] += 1
    for i in range(m):
        kids_start[i + 1] += kids_start[i]
    fill = kids_start[:-1].copy()
    kids = np.empty(max(len(order) - 1, 1), np.int64)
    for at in range(1, len(order)):
        c = order[at]
        kids[fill[parent[c]]] = c
        fill[parent[c]] += 1
    for at in range(len(order)):
        v = order[at]
        e = entry[v]
        # Merged from the end of `order`, so the first kid was merged last.
        for k in range(kids_start[v], kids_start[v + 1]):
            c = kids[k]
            if child[e] <= -2:
                part[c] = parts
                parts += 1
                entry[c] = -2 - child[e]
            else:
                part[c] = part[v]
                entry[c] = child[e]
            e = before[e]
    return part, parts


@njit(cache=True, nogil=True)
def grown(array, size):
    wider = np.empty(size, array.dtype)
    wider[: len(array)] = array
    return wider


@njit(cache=True, nogil=True)
def put(sums, costs, before, child, slot, cap, grain, filled, fresh, total, spent, e, t):
    """Keep an entry if it is the cheapest of its sum (or of sums that differ by less than a grain); the new number of entries."""
    where = -1
    if total <= cap:
        where = slot[total // grain]
    else:
        for k in range(fresh, filled):
            if sums[k] == total:
                where = k
                break
    if where < 0:
        where = filled
        filled += 1
        if total <= cap:
            slot[total // grain] = where
        costs[where] = NEVER
    if spent < costs[where]:
        sums[where] = total
        costs[where] = spent
        before[where] = e
        child[where] = t
    return filled


@njit(cache=True, nogil=True)
def stays_connected(start, adj, label, v, stamp, mark, queue):
    """Whether the part of atom v hangs together without it; `stamp` and `queue` are room to work in, `mark` a number not used before."""
    p = label[v]
    wanted = 0
    for e in range(start[v], start[v + 1]):
        if label[adj[e]] == p:
            wanted += 1
            queue[0] = adj[e]
    if wanted <= 1:
        return True
    stamp[v] = mark
    stamp[queue[0]] = mark
    found = 1
    filled = 1
    at = 0
    for e in range(start[v], start[v + 1]):
        if label[adj[e]] == p:
            stamp[adj[e]] = -mark if adj[e] != queue[0] else mark
    while at < filled:
        u = queue[at]
        at += 1
        for e in range(start[u], start[u + 1]):
            w = adj[e]
            if label[w] == p and stamp[w] != mark:
                if stamp[w] == -mark:
                    found += 1
                    if found == wanted:
                        return True
                stamp[w] = mark
                queue[filled] = w
                filled += 1
    return found == wanted


@njit(cache=True, nogil=True)
def gather(start, adj, label, v, stamp, mark, out, filled):
    """Append the atoms of v's part to `out`, from place `filled` on; the new end."""
    p = label[v]
    stamp[v] = mark
    out[filled] = v
    at = filled
    filled += 1
    while at < filled:
        u = out[at]
        at += 1
        for e in range(start[u], start[u + 1]):
            w = adj[e]
            if label[w] == p and stamp[w] != mark:
                stamp[w] = mark
                out[filled] = w
                filled += 1
    return filled


@njit(cache=True, nogil=True)
def total_cost(start, adj, cost, weight, label, parts_room, low, high, home, move_price, wanted, count_price):
    """Borders, parts out of range, households away from home, and parts too many or too few."""
    n = len(weight)
    sums = np.zeros(parts_room, np.int64)
    used = np.zeros(parts_room, np.bool_)
    total = 0
    for v in range(n):
        sums[label[v]] += weight[v]
        used[label[v]] = True
        if home[v] >= 0 and home[v] != label[v]:
            total += move_price * weight[v]
        for e in range(start[v], start[v + 1]):
            if adj[e] > v and label[adj[e]] != label[v]:
                total += cost[e]
    parts = 0
    for p in range(parts_room):
        if used[p]:
            parts += 1
            total += fault(sums[p], low, high)
    if wanted > 0:
        total += count_price * abs(parts - wanted)
    return total


@njit(cache=True, nogil=True)
def first_division(start, adj, cost, weight, low, high, cap, grain, trees, state, wanted, count_price, stop):
    """The best of some random trees' divisions of the whole component."""
    n = len(weight)
    members = np.arange(n)
    local = np.arange(n)
    nobody = np.full(n, -1, np.int64)
    best = np.zeros(n, np.int64)
    best_total = NEVER
    for _tree in range(trees):
        order, parent = random_tree(start, adj, cost, members, local, state)
        price = cut_prices(start, adj, cost, members, local, order, parent)
        part, _parts = split_tree(weight, members, order, parent, price, low, high, cap, grain, 0)
        total = total_cost(start, adj, cost, weight, part, n, low, high, nobody, 0, wanted, count_price)
        if total < best_total:
            best_total = total
            best[:] = part
        if stop[0]:
            break
    return best


@njit(cache=True, nogil=True)
def try_flip(
    start, adj, cost, weight, label, sums, sizes, v, q, heat, low, high, home, move_price, state, stamp, mark, queue
):
    """Atom v goes over to the neighbouring part q, if chance lets it and its part holds together: what it changes, or NEVER."""
    p, w = label[v], weight[v]
    change = fault(sums[q] + w, low, high) - fault(sums[q], low, high) - fault(sums[p], low, high)
    if sizes[p] > 1:
        change += fault(sums[p] - w, low, high)
    for e in range(start[v], start[v + 1]):
        if label[adj[e]] == p:
            change += cost[e]
        elif label[adj[e]] == q:
            change -= cost[e]
    if home[v] >= 0:
        change += move_price * w * (np.int64(q != home[v]) - np.int64(p != home[v]))
    if change > 0 and uniform(state) >= np.exp(-change / heat):
        return NEVER
    if not stays_connected(start, adj, label, v, stamp, mark, queue):
        return NEVER
    label[v] = q
    sums[p] -= w
    sums[q] += w
    sizes[p] -= 1
    sizes[q] += 1
    return change


@njit(cache=True, nogil=True)
def gather_neighbours(start, adj, label, v, u, state, stamp, mark, group):
    """The atoms of the parts of v and u and of up to two more beside them, into `group`; how many."""
    filled = gather(start, adj, label, v, stamp, mark, group, 0)
    if label[u] != label[v]:
        filled = gather(start, adj, label, u, stamp, mark, group, filled)
    luck = uniform(state)
    for _more in range(0 if luck < MERGE_TWO else (1 if luck < MERGE_THREE else 2)):
        for _try in range(8):
            a = group[below(state, filled)]
            b = adj[start[a] + below(state, start[a + 1] - start[a])]
            if stamp[b] != mark:
                filled = gather(start, adj, label, b, stamp, mark, group, filled)
                break
    return filled


@njit(cache=True, nogil=True)
def change_of(
    start, adj, cost, weight, label, members, local, part, name, sums, piece_sums, low, high, home, move_price
):
    """What it changes in cost to divide `members` by `part`, with these names, instead of by `label`; and how many parts they were."""
    change = 0
    for k in range(len(piece_sums)):
        change += fault(piece_sums[k], low, high)
    parts = 0
    for i in range(len(members)):
        a = members[i]
        for e in range(start[a], start[a + 1]):
            j = local[adj[e]]
            if j > i:
                change += cost[e] * (np.int64(part[i] != part[j]) - np.int64(label[a] != label[adj[e]]))
        if home[a] >= 0:
            change += move_price * weight[a] * (np.int64(name[part[i]] != home[a]) - np.int64(label[a] != home[a]))
        is_first = True
        for k in range(i):
            if label[members[k]] == label[a]:
                is_first = False
                break
        if is_first:
            parts += 1
            change -= fault(sums[label[a]], low, high)
    return change, parts


@njit(cache=True, nogil=True)
def take_over(weight, label, members, part, name, sums, sizes, homes):
    """Write a new division of `members` into the labels. Pieces without a name get a free one that is nobody's home."""
    for a in members:
        sums[label[a]] = 0
        sizes[label[a]] = 0
    p = homes
    for k in range(len(name)):
        if name[k] < 0:
            while sizes[p] > 0:
                p += 1
            name[k] = p
            p += 1
    for i in range(len(members)):
        a = members[i]
        label[a] = name[part[i]]
        sums[label[a]] += weight[a]
        sizes[label[a]] += 1


@njit(cache=True, nogil=True)
def improve(
    start, adj, cost, weight, label, homes, low, high, cap, grain, steps, hot, cold, resplits, home, move_price,
    wanted, count_price, state, stop, done,
):  # fmt: skip
    """Anneal a division: single atoms change sides, two to four neighbouring parts are put together and divided anew.

    `label` becomes the best that was met; names below `homes` are given only to parts that are mostly made of their old atoms.
    `done[0]` counts the steps for whoever watches, and `stop[0]` ends the search. Gives the cost of the best.
    """
    n = len(weight)
    room = homes + n + 5
    sums, sizes = np.zeros(room, np.int64), np.zeros(room, np.int64)
    for v in range(n):
        sums[label[v]] += weight[v]
        sizes[label[v]] += 1
    parts = (sizes > 0).sum()
    total = total_cost(start, adj, cost, weight, label, room, low, high, home, move_price, wanted, count_price)
    best_total = total
    best = label.copy()
    stamp, local = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    queue, group = np.empty(n, np.int64), np.empty(n, np.int64)
    heat = hot
    cooling = (cold / hot) ** (64.0 / max(steps, 1))
    for step in range(steps):
        if step & 63 == 0:
            heat *= cooling
            done[0] += min(64, steps - step)
            if stop[0] or (parts == 1 and low <= sums[label[0]] <= high and wanted <= 1):
                break
        v = below(state, n)
        if start[v] == start[v + 1]:
            continue
        u = adj[start[v] + below(state, start[v + 1] - start[v])]
        p, q = label[v], label[u]
        if uniform(state) >= resplits:
            if p == q or (wanted > 0 and sizes[p] == 1):
                continue
            change = try_flip(
                start, adj, cost, weight, label, sums, sizes, v, q, heat, low, high, home, move_price, state,
                stamp, step + 1, queue,
            )  # fmt: skip
            if change == NEVER:
                continue
            if sizes[p] == 0:
                parts -= 1
        elif p != q or not low <= sums[p] <= high:
            members = group[: gather_neighbours(start, adj, label, v, u, state, stamp, step + 1, group)]
            for i in range(len(members)):
                local[members[i]] = i
            order, parent = random_tree(start, adj, cost, members, local, state)
            price = cut_prices(start, adj, cost, members, local, order, parent)
            part_price = 0
            if wanted > 0 and parts != wanted:
                part_price = count_price if parts > wanted else -count_price
            part, piece_sums = split_tree(weight, members, order, parent, price, low, high, cap, grain, part_price)
            name = name_pieces(members, part, len(piece_sums), label, weight, home, homes, sizes)
            change, merged = change_of(
                start,
                adj,
                cost,
                weight,
                label,
                members,
                local,
                part,
                name,
                sums,
                piece_sums,
                low,
                high,
                home,
                move_price,
            )
            for a in members:
                local[a] = -1
            if wanted > 0:
                change += count_price * (abs(parts - merged + len(piece_sums) - wanted) - abs(parts - wanted))
            if change > 0 and uniform(state) >= np.exp(-change / heat):
                continue
            take_over(weight, label, members, part, name, sums, sizes, homes)
            parts += len(piece_sums) - merged
        else:
            continue
        total += change
        if total < best_total:
            best_total = total
            best[:] = label
    label[:] = best
    return best_total


@njit(cache=True, nogil=True)
def name_pieces(members, part, pieces, label, weight, home, homes, sizes):
    """Each piece is called after the home of most of its households, if that name is not in use elsewhere; -1: no name yet."""
    name = np.full(pieces, -1, np.int64)
    if homes == 0:
        return name
    here, inside = np.full((pieces, homes), -1, np.int64), np.zeros(homes, np.int64)
    for i in range(len(members)):
        h = home[members[i]]
        if h >= 0:
            here[part[i], h] = max(here[part[i], h], 0) + weight[members[i]]
        if label[members[i]] < homes:
            inside[label[members[i]]] += 1
    for _round in range(pieces):
        best, best_piece, best_home = -1, -1, -1
        for k in range(pieces):
            for h in range(homes):
                if name[k] < 0 and sizes[h] == inside[h] and here[k, h] > best:
                    best, best_piece, best_home = here[k, h], k, h
        if best_piece < 0:
            break
        name[best_piece] = best_home
        here[:, best_home] = -1
    return name


@njit(cache=True, nogil=True)
def pieces_of(start, adj):
    """The number of the connected part of each node, counted by lowest node."""
    n = len(start) - 1
    piece = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    count = 0
    for v in range(n):
        if piece[v] >= 0:
            continue
        piece[v] = count
        queue[0] = v
        at, filled = 0, 1
        while at < filled:
            u = queue[at]
            at += 1
            for e in range(start[u], start[u + 1]):
                w = adj[e]
                if piece[w] < 0:
                    piece[w] = count
                    queue[filled] = w
                    filled += 1
        count += 1
    return piece


@njit(cache=True, nogil=True)
def cut_up(start, adj, cost, weight, bounds, chosen, size, node, atom):
    """Cut each chosen run of nodes (a compound) into pieces of about `size` households; new numbers go into `atom` of the old `node`."""
    fresh = len(atom)
    state = np.array([88172645463325252], np.uint64)
    local = np.full(len(weight), -1, np.int64)
    for run in chosen:
        members = np.arange(bounds[run], bounds[run + 1])
        for i in range(len(members)):
            local[members[i]] = i
        order, parent = random_tree(start, adj, cost, members, local, state)
        price = cut_prices(start, adj, cost, members, local, order, parent)
        part, sums = split_tree(weight, members, order, parent, price, size * 3 // 4, size * 3 // 2, size * 3, 1, 0)
        for i in range(len(members)):
            atom[node[members[i]]] = fresh + part[i]
            local[members[i]] = -1
        fresh += len(sums)


@njit(cache=True, nogil=True)
def reached_from(beside, begin, inside):
    """All nodes of the set `inside` that hang together with `begin`; sets are the bits of 64-bit numbers."""
    part = begin
    fresh = begin
    while fresh:
        around = np.uint64(0)
        for v in range(len(beside)):
            if (fresh >> np.uint64(v)) & np.uint64(1):
                around |= beside[v]
        fresh = around & inside & ~part
        part |= fresh
    return part


@njit(cache=True, nogil=True)
def total_of(size, nodes):
    total = 0
    for v in range(len(size)):
        if (nodes >> np.uint64(v)) & np.uint64(1):
            total += size[v]
    return total


@njit(cache=True, nogil=True)
def rest_is_possible(beside, size, rest, low, high):
    """Whether numbers allow each connected part of `rest` to be divided."""
    while rest:
        part = reached_from(beside, rest & (~rest + np.uint64(1)), rest)
        total = total_of(size, part)
        if total < low or -(-total // high) > total // low:
            return False
        rest &= ~part
    return True


@njit(cache=True, nogil=True)
def next_part(beside, size, nodes, low, high, parts, closed, sums, count):
    """The next connected part in range around the first one's node that leaves a possible rest, 0 when there is none left.

    The stack of sets yet to be grown is in `parts`, `closed` (nodes that stay outside) and `sums`; `count` holds its height and
    how many sets may still be looked at: when that is below zero, the answer is open.
    """
    while count[0] > 0:
        count[1] -= 1
        if count[1] < 0:
            return np.uint64(0)
        count[0] -= 1
        part, out, total = parts[count[0]], closed[count[0]], sums[count[0]]
        around = np.uint64(0)
        for v in range(len(beside)):
            if (part >> np.uint64(v)) & np.uint64(1):
                around |= beside[v]
        around &= nodes & ~part & ~out
        best = -1
        for v in range(len(beside)):
            if (around >> np.uint64(v)) & np.uint64(1) and (best < 0 or size[v] > size[best]):
                best = v
        if best >= 0:
            bit = np.uint64(1) << np.uint64(best)
            # Without the node, if enough stays within reach; then with it: each connected set is met once.
            if total_of(size, reached_from(beside, part, nodes & ~(out | bit))) >= low:
                parts[count[0]], closed[count[0]], sums[count[0]] = part, out | bit, total
                count[0] += 1
            if total + size[best] <= high:
                parts[count[0]], closed[count[0]], sums[count[0]] = part | bit, out, total + size[best]
                count[0] += 1
        # A set is judged once, where nothing can be added any more: it then is exactly what it is.
        elif low <= total <= high and rest_is_possible(beside, size, nodes & ~part, low, high):
            return part
    return np.uint64(0)
