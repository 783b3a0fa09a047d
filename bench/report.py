"""The table (Markdown) and the chart (SVG) of the results."""
import math, statistics

INK = ("#1b6ca8", "#c1440e", "#3b7d3a", "#7a4fa3", "#8a6d00", "#555555", "#a02c5a", "#0d7a78")


def number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def ratios(row):
    """Return the sorted ratios of the first contender to the second, one per round."""
    each = list(row["values"].values())
    return sorted(a / b for a, b in zip(each[0], each[1])) if len(each) > 1 and not row["bad"] else []


def line(row):
    names, values = list(row["values"]), list(row["values"].values())
    shown = [f"{number(statistics.median(v))}" if v else "" for v in values]
    each, figure = ratios(row), None
    if each:
        figure = statistics.median(each)
        ratio = f"{number(figure)} ({number(each[0])}–{number(each[-1])})"
    else:
        ratio = ""
        if values[0] and not row["bad"]:
            figure = statistics.median(values[0])
    goal = ""
    if row["goal"] is not None:
        more = row["better"] == "more"
        goal = f"{'≥' if more else '≤'} {row['goal']}"
        if figure is not None and (figure < row["goal"] if more else figure > row["goal"]):
            goal += " **missed**"
    cells = [row["measure"], f"{shown[0]} {row['unit']}" if shown[0] else "",
             f"{shown[1]} {names[1]}" if len(names) > 1 and shown[1] else "", ratio, goal]
    if row["bad"]:
        cells[3] = "**BAD**"
    return "| " + " | ".join(cells) + " |"


def table(about, results, rows):
    """Return Markdown, with the requested number of voters first and the other sizes after it."""
    out = []
    for size in sorted({r["rows"] for r in results}, key=lambda n: (n != rows, n)):
        out += [f"{size:,} voters", "", "| measure | Cerberus | compared with | ratio (rounds) | goal |",
                "| --- | ---: | ---: | ---: | --- |"]
        out += [line(r) for r in results if r["rows"] == size] + [""]
    for row in results:
        for name, values in list(row["values"].items())[2:]:
            if values:
                out.append(f"- {row['measure']}: {name} {number(statistics.median(values))} {row['unit']}")
        notes = [f"{name} {number(statistics.median(v))}" for name, v in row["notes"].items()]
        if notes:
            out.append(f"- {row['measure']}, {row['rows']:,} voters: {'; '.join(notes)}")
        out += [f"- BAD: {row['measure']}, {row['rows']:,} voters: {why}" for why in row["bad"]]
    load = " and ".join(f"{n:.2f}" for n in (about["load before"][0], about["load after"][0]))
    out.append(f"- {about['cpus']} CPUs ({about.get('cpu', 'unknown')}), Linux {about['kernel']}, PostgreSQL"
               f" {about.get('postgresql', '')}, {about['when']}; load average before and after: {load}")
    return "\n".join(out)


def chart(results):
    """Return an SVG of milliseconds per request against the number of voters, both on logarithmic scales."""
    lines = {}
    for row in results:
        values = next(iter(row["values"].values()))
        if not values or row["bad"] or row["unit"] not in ("ms", "requests/s"):
            continue
        value = statistics.median(values)
        # Latency from the rate of sixteen connections.
        ms = value if row["unit"] == "ms" else 16000 / value
        name = "list, last page" if row["measure"].startswith("list, page") and row["measure"] != "list, page 1" and \
            "cursor" not in row["measure"] else "list, by cursor" if "cursor" in row["measure"] else row["measure"]
        lines.setdefault(name, []).append((row["rows"], ms))
    lines = {name: sorted(points) for name, points in lines.items() if len(points) > 1}
    if not lines:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>\n'
    width, height, left, top, right, bottom = 860, 420, 60, 20, 350, 50
    xs = [math.log10(x) for points in lines.values() for x, _ in points]
    ys = [math.log10(y) for points in lines.values() for _, y in points]
    low, high = math.floor(min(ys)), math.ceil(max(ys)) + (min(ys) == max(ys))

    def x(v):
        return left + (math.log10(v) - min(xs)) / (max(xs) - min(xs)) * (width - left - right)

    def y(v):
        return top + (high - math.log10(v)) / (high - low) * (height - top - bottom)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           '<title>Milliseconds per request against the number of voters</title>',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for power in range(low, high + 1):
        at = y(10.0 ** power)
        out.append(f'<path d="M{left} {at:.1f}H{width - right}" stroke="#dddddd"/>'
                   f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0 ** power:g} ms</text>')
    for size in sorted({p[0] for points in lines.values() for p in points}):
        out.append(f'<path d="M{x(size):.1f} {top}V{height - bottom}" stroke="#dddddd"/><text x="{x(size):.1f}"'
                   f' y="{height - bottom + 20}" text-anchor="middle">{size:,} voters</text>')
    label = top
    for i, (name, points) in enumerate(sorted(lines.items(), key=lambda item: -item[1][-1][1])):
        ink, (end_x, end_y) = INK[i % len(INK)], points[-1]
        # Next to the end of its line, but with room for the remaining labels below.
        label = max(label + 16, min(y(end_y) + 4, height - 8 - 16 * (len(lines) - 1 - i)))
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2"/>'
                   f'<path d="M{x(end_x):.1f} {y(end_y):.1f}L{x(end_x) + 14:.1f} {label - 4:.1f}" stroke="{ink}"/>'
                   f'<text x="{x(end_x) + 18:.1f}" y="{label:.1f}" fill="{ink}">{name} ({number(end_y)} ms)</text>')
    return "\n".join(out + ["</svg>", ""])
