extension Report {
  /// The page's style: one column of text, figures as wide as the page, light and dark, and paper.
  static let style = """
    :root {
      color-scheme: light dark;
      --paper: #fdfdfb; --ink: #1c1d1f; --soft: #5c6166; --line: #dfe1e0; --tint: #f3f4f2;
      --link: #0b5394; --yes: #00734f; --part: #a05a00; --open: #5c6166; --no: #b3361b;
      --frame: #ffffff;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #16181a; --ink: #e4e5e3; --soft: #a0a5a9; --line: #33373a; --tint: #1f2224;
        --link: #7db7ec; --yes: #4cc79b; --part: #eeb15c; --open: #a0a5a9; --no: #f08a6b;
      }
      .plot { filter: brightness(0.92); }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.25rem 4rem;
      background: var(--paper); color: var(--ink);
      font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
    }
    h1 { font-size: 2.4rem; line-height: 1.15; letter-spacing: -0.015em; margin: 0 0 1rem; }
    h2 {
      font-size: 1.6rem; line-height: 1.25; letter-spacing: -0.01em; margin: 4rem 0 1rem;
      padding-top: 1.25rem; border-top: 1px solid var(--line);
    }
    h3 { font-size: 1.2rem; line-height: 1.3; margin: 3rem 0 0.75rem; }
    p, ul, ol, pre, .bar { max-width: 44rem; }
    p { margin: 0 0 1rem; text-wrap: pretty; }
    .lead { font-size: 1.2rem; line-height: 1.55; }
    a { color: var(--link); text-decoration-thickness: 0.06em; text-underline-offset: 0.18em; }
    a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    :target { background: color-mix(in srgb, var(--link) 14%, transparent); }
    figure:target, h2:target, h3:target { background: none; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
    code { overflow-wrap: anywhere; }
    pre {
      background: var(--tint); border-radius: 6px; padding: 0.8rem 1rem; overflow: auto; line-height: 1.5;
      max-height: 26rem; margin: 0 0 1rem;
    }
    pre code { font-size: 1em; overflow-wrap: normal; }
    sup, sub { font-size: 0.75em; line-height: 0; }
    small { display: block; color: var(--soft); font-weight: normal; font-size: 0.88em; line-height: 1.4; margin-top: 0.2rem; }
    .scroll { overflow-x: auto; }

    nav { margin: 2.5rem 0 0; padding: 1rem 1.25rem; background: var(--tint); border-radius: 8px; }
    nav ol { columns: 17rem; column-gap: 2.5rem; list-style: none; margin: 0; padding: 0; max-width: none; }
    nav li { break-inside: avoid; padding: 0.12rem 0; }
    nav ul { list-style: none; padding: 0 0 0.3rem 1rem; margin: 0; font-size: 0.92em; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }

    .bar { display: flex; gap: 2px; height: 0.8rem; margin: 1.75rem 0 0.6rem; }
    .bar span { flex-basis: 0; border-radius: 2px; background: currentColor; }
    .count { display: inline-block; margin: 0 0.8rem 0 0; font-weight: 600; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; list-style: none; margin: 0 0 1rem; padding: 0; font-size: 0.95rem; max-width: none; }
    .count + .legend { display: inline-flex; }
    .legend svg { vertical-align: -0.06rem; }
    .yes { color: var(--yes); } .part { color: var(--part); } .open { color: var(--open); } .no { color: var(--no); }
    .mark rect { fill: none; stroke: currentColor; stroke-width: 1.2; }
    .mark path { fill: none; stroke: currentColor; stroke-width: 1.2; }
    .mark .full { fill: currentColor; }
    .mark rect { fill: var(--paper); }

    .graph { margin: 1rem 0; }
    .graph svg { display: block; width: 100%; min-width: 44rem; font-size: 13px; }
    .graph text { fill: var(--ink); font-family: inherit; }
    .graph .head { fill: var(--soft); font-size: 12px; }
    .graph a:hover text { fill: var(--link); }
    .edge { fill: none; stroke: var(--soft); stroke-opacity: 0.55; stroke-width: 1; }

    caption { text-align: left; font-size: 0.85rem; padding: 0.25rem 0; opacity: 0.8; }
    table { border-collapse: collapse; width: 100%; font-size: 0.93rem; line-height: 1.45; margin: 1rem 0 1.5rem; }
    th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid var(--line); }
    th { font-weight: 500; }
    thead th { color: var(--soft); font-weight: 500; font-size: 0.85rem; border-bottom-color: var(--soft); }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    .section th { padding-top: 2rem; font-weight: 700; border-bottom-color: var(--soft); }
    .claims th[scope=row] { width: 38%; }
    .claims code { overflow-wrap: normal; white-space: nowrap; font-size: 0.8rem; }
    .value { display: block; white-space: nowrap; }
    @media (max-width: 400px) { .value { white-space: normal; } }
    .verdict { font-weight: 600; white-space: nowrap; }
    .facts .hash, .facts th code { white-space: nowrap; }

    figure { margin: 2.25rem 0 2.75rem; }
    .plot { background: var(--frame); border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem; }
    .plot svg { display: block; width: 100%; height: auto; }
    .plot svg text, .plot svg tspan { font-family: "DejaVu Sans", Verdana, Arial, sans-serif; }
    figcaption { margin-top: 0.9rem; }
    figcaption p { margin-bottom: 0.5rem; }
    .title { font-weight: 700; }
    .marks { display: flex; gap: 0.6rem; align-items: center; color: var(--soft); font-size: 0.9rem; }
    details { margin: 0.5rem 0; }
    details details { margin: 0.35rem 0 0.35rem 1rem; }
    summary { cursor: pointer; color: var(--link); width: fit-content; font-size: 0.93rem; }
    details > :not(summary) { margin-top: 0.5rem; }
    details p { font-size: 0.93rem; }
    .table pre { white-space: pre; tab-size: 14; max-width: none; }
    footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.9rem; }

    @media (max-width: 46rem) {
      body { padding: 1.5rem 1rem 3rem; font-size: 1rem; }
      h1 { font-size: 2rem; }
      .lead { font-size: 1.1rem; }
      .plot svg { min-width: 38rem; }
      .claims thead { display: none; }
      .claims, .claims tbody, .claims tr, .claims th, .claims td { display: block; width: auto; }
      .claims tr { border-bottom: 1px solid var(--line); padding: 0.7rem 0; }
      .claims .section { padding-bottom: 0; }
      .claims th[scope=row] { width: auto; padding-bottom: 0.4rem; }
      .claims th, .claims td { border: 0; padding: 0.1rem 0; }
      .claims td { display: flex; gap: 0.75rem; }
      .claims td::before { content: attr(data-label); color: var(--soft); flex: 0 0 5rem; font-size: 0.85rem; }
    }

    @page { margin: 16mm 15mm; }
    @media print {
      :root { --paper: #ffffff; --tint: #f4f4f4; }
      html { font-size: 9.5pt; }
      body { max-width: none; padding: 0; line-height: 1.45; }
      h2 { margin-top: 2rem; }
      .claims code { white-space: normal; }
      .plot { width: 68%; border: 0; padding: 0; }
      figure { margin: 1.5rem 0; }
      h2, h3, .section, .title { break-after: avoid; }
      figure, tr, .graph { break-inside: avoid; }
      figure > details { display: none; }
      p { orphans: 3; widows: 3; }
      thead { display: table-header-group; }
      a { color: inherit; text-decoration: none; }
      .plot { border-radius: 0; }
      .scroll { overflow: visible; }
      .graph svg, .plot svg { min-width: 0; }
      pre { white-space: pre-wrap; max-height: none; }
      .bar span, .mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }

    """
}
