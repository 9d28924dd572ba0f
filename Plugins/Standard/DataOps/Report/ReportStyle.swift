// SPDX-License-Identifier: Apache-2.0

/// How a report looks, in light and in dark.
enum ReportStyle {
    static let sheet = """
        :root {
          --ground: #ffffff; --raised: #f6f7f9; --ink: #1c2430; --soft: #5b6675; --line: #dfe3e8;
          --s0: #2f6fde; --s1: #d9622b; --s2: #2c8f5b; --s3: #8a4fc7; --s4: #b08a00; --s5: #c03c6e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161c; --raised: #1a2029; --ink: #e7ebf0; --soft: #9aa6b5; --line: #2d3642;
            --s0: #6fa3ff; --s1: #f2915f; --s2: #63c794; --s3: #bb8df0; --s4: #dcb93f; --s5: #ee7ea6;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 60rem; background: var(--ground); color: var(--ink);
          font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        header { border-bottom: 1px solid var(--line); margin-bottom: 2rem; padding-bottom: 1rem; }
        header p { color: var(--soft); margin: .25rem 0 0; }
        h1 { font-size: 1.9rem; line-height: 1.25; margin: 0; letter-spacing: -.01em; }
        h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
        section { margin: 0 0 2.5rem; }
        section p { margin: 0 0 .75rem; max-width: 44rem; white-space: pre-line; }
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .45rem .8rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { background: var(--raised); color: var(--soft); font-weight: 600; }
        tbody tr:last-child td { border-bottom: 0; }
        .n { text-align: right; }
        .null::after { content: "\\2013"; color: var(--soft); }
        .note { color: var(--soft); font-size: .88rem; margin: .5rem 0 0; }
        figure { margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; }
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: var(--soft); }
        svg .ink { fill: var(--ink); }
        svg .grid { stroke: var(--line); stroke-width: 1; }
        svg path { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 .5rem; padding: 0; }
        .legend li { color: var(--soft); font-size: .88rem; list-style: none; }
        .legend i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .4rem; }
        .numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem; margin: 0; }
        .numbers div { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; }
        .numbers dt { color: var(--soft); font-size: .88rem; }
        .numbers dd { margin: 0; font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        @media print { body { max-width: none; padding: 0; } section { break-inside: avoid; } }

        """
}
