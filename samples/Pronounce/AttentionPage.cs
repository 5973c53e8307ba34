using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace Pronounce;

/// <summary>
/// A page that shows attention in a browser and needs nothing beside itself. A map, a layer and a head can be chosen, in
/// the page or by an address that ends in <c>#map=2&amp;layer=1&amp;head=3</c>. Without scripts it is a drawing of the first map.
/// </summary>
internal static class AttentionPage
{
    private const int Cell = 44, KeyHeight = 30;

    /// <summary>Shades from which on the writing changes: to the dark theme's and to the light theme's other ink.</summary>
    private const float Half = 0.44f, Deep = 0.57f;

    private const int LegendSteps = 24;

    private static readonly float[] s_ticks = [0, 0.01f, 0.05f, 0.1f, 0.25f, 0.5f, 0.75f, 1];

    /// <summary>The page in HTML: the same for the same maps everywhere.</summary>
    /// <param name="title">The heading, such as <c>bough → B AW1</c>; any text.</param>
    /// <param name="maps">The maps to choose from; the first is shown first, as the mean over its layers and heads.</param>
    /// <exception cref="ArgumentException">There is no map.</exception>
    public static string Html(string title, IReadOnlyList<AttentionMap> maps)
    {
        if (maps.Count == 0)
            throw new ArgumentException("Expected at least one map, found none.", nameof(maps));
        string page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <h1>{Text(title)}</h1>
            <button type="button" id="theme" hidden></button>
            </header>
            <div id="controls" role="group" aria-label="What is shown" hidden></div>
            <main>
            <section id="one">
            <h2 id="which">{Text(maps[0].Describe(null, null))}</h2>
            <p id="readout" hidden></p>
            <div id="plot">
            {Drawing(maps[0])}
            </div>
            {Legend()}
            <p class="note">Each row looks at the columns with weights that add up to 1; its strongest weight is numbered, in percent. Shades follow the square root of the weight.</p>
            <noscript><p class="note">With JavaScript, this page shows every layer and head.</p></noscript>
            </section>
            <section id="every" hidden>
            <h2>Every layer and head</h2>
            <div id="grid"></div>
            </section>
            </main>
            <script type="application/json" id="data">
            {Data(maps)}
            </script>
            <script>
            {s_script}
            </script>
            </body>
            </html>

            """;
        return page.Replace("\r\n", "\n", StringComparison.Ordinal); // as the lines of this file may end
    }

    /// <summary>The mean over all layers and heads of a map, as SVG.</summary>
    private static string Drawing(AttentionMap map)
    {
        float[] weights = map.Mean();
        int left = 20 + 9 * map.Queries.Max(label => label.Length);
        int longest = map.Keys.Max(label => label.Length);
        int top = longest > 4 ? 20 + 9 * longest : KeyHeight;
        int width = left + Cell * map.Keys.Count, height = top + Cell * map.Queries.Count;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{Text(map.Describe(null, null))}">""").Append('\n');
        for (int key = 0; key < map.Keys.Count; key++)
        {
            int x = left + Cell * key + Cell / 2, y = top - 10;
            if (longest > 4)
                svg.Append(CultureInfo.InvariantCulture, $"""<text class="label" transform="translate({x + 5} {y}) rotate(-90)">{Text(map.Keys[key])}</text>""").Append('\n');
            else
                svg.Append(CultureInfo.InvariantCulture, $"""<text class="label" x="{x}" y="{y}" text-anchor="middle">{Text(map.Keys[key])}</text>""").Append('\n');
        }

        for (int query = 0; query < map.Queries.Count; query++)
        {
            int y = top + Cell * query, middle = y + Cell / 2 + 5;
            svg.Append(CultureInfo.InvariantCulture, $"""<text class="label" x="{left - 10}" y="{middle}" text-anchor="end">{Text(map.Queries[query])}</text>""").Append('\n');
            ReadOnlySpan<float> row = weights.AsSpan(query * map.Keys.Count, map.Keys.Count);
            int strongest = AttentionMap.Strongest(row);
            for (int key = 0; key < row.Length; key++)
            {
                int x = left + Cell * key;
                float shade = AttentionMap.Shade(row[key]);
                string ink = shade < Half ? "" : shade < Deep ? " half" : " deep";
                svg.Append(CultureInfo.InvariantCulture, $"""<g class="cell{ink}" style="--s:{Number(shade)}">""");
                svg.Append(CultureInfo.InvariantCulture, $"""<title>{Text(map.Queries[query])} → {Text(map.Keys[key])}: {row[key]:F3}</title>""");
                svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{x + 1}" y="{y + 1}" width="{Cell - 2}" height="{Cell - 2}" rx="3"/>""");
                if (key == strongest)
                    svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x + Cell / 2}" y="{middle}" text-anchor="middle">{100 * Math.Clamp(row[key], 0, 1):F0}</text>""");
                svg.Append("</g>\n");
            }
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Legend()
    {
        IEnumerable<string> steps = Enumerable.Range(0, LegendSteps + 1)
            .Select(step => $"""<i class="cell" style="--s:{Number((float)step / LegendSteps)}"></i>""");
        IEnumerable<string> ticks = s_ticks
            .Select(weight => $"""<span style="left:{Number(100 * AttentionMap.Shade(weight))}%">{Number(weight)}</span>""");
        return $"""
            <div id="legend" role="img" aria-label="Scale of the shades: weights from 0 to 1">
            <div class="bar">{string.Concat(steps)}</div>
            <div class="ticks">{string.Concat(ticks)}</div>
            </div>
            """;
    }

    /// <summary>The maps as JSON that is also safe inside a script element; a weight has five digits after the point.</summary>
    private static string Data(IReadOnlyList<AttentionMap> maps)
    {
        var json = new StringBuilder("[");
        foreach ((int index, AttentionMap map) in maps.Index())
        {
            json.Append(index == 0 ? "\n" : ",\n");
            json.Append(CultureInfo.InvariantCulture, $$"""{"name":{{Quote(map.Name)}},"queries":{{Quote(map.Queries)}},"keys":{{Quote(map.Keys)}},"layers":{{map.Layers}},"heads":{{map.Heads}},"weights":[""");
            for (int head = 0; head < map.Layers * map.Heads; head++)
            {
                json.Append(head == 0 ? "\n" : ",\n");
                json.AppendJoin(',', map[head / map.Heads, head % map.Heads].ToArray().Select(Number));
            }

            json.Append("]}");
        }

        return json.Append("\n]").ToString();
    }

    private static string Quote(IEnumerable<string> texts) => $"[{string.Join(',', texts.Select(Quote))}]";

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(Clean(text))}\"";

    private static string Number(float value) => value.ToString("0.#####", CultureInfo.InvariantCulture);

    /// <summary>A text as HTML and XML show it, within an element or a quoted attribute.</summary>
    private static string Text(string text)
    {
        var safe = new StringBuilder(Clean(text));
        return safe.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;").ToString();
    }

    /// <summary>A text without control characters and without halves of characters.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) || (rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value)) ? Rune.ReplacementChar : rune));

    /// <summary>Both themes as variables: the shades 0, 0.5 and 1, the inks on shades below <see cref="Half"/>, below <see cref="Deep"/> and above, and the page's own colours.</summary>
    private const string
        Light = "color-scheme:light;--low:#eef1f0;--middle:#3597a6;--high:#141f4d;--on:#0e1420;--half:#0e1420;--deep:#fff;--paper:#fbfbf9;--ink:#1c2330;--soft:#5d6675;--line:#dcdfe0;--tint:#eceeed;--focus:#c2410c",
        Dark = "color-scheme:dark;--low:#182036;--middle:#318fa0;--high:#fdf0aa;--on:#fff;--half:#060a14;--deep:#060a14;--paper:#10141d;--ink:#e8ebf0;--soft:#98a2b3;--line:#2a3140;--tint:#1a202c;--focus:#ff9d5c";

    private const string Style = $$$"""
        :root{ {{{Light}}} }
        @media (prefers-color-scheme:dark){:root{ {{{Dark}}} } }
        :root[data-theme=light]{ {{{Light}}} }
        :root[data-theme=dark]{ {{{Dark}}} }
        *{box-sizing:border-box}
        [hidden]{display:none!important}
        body{margin:0 auto;max-width:78rem;padding:2.5rem clamp(1rem,4vw,3rem) 4rem;background:var(--paper);color:var(--ink);font:400 1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        header{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem;margin-bottom:1.75rem}
        h1{margin:0;font-size:clamp(1.5rem,1.2rem + 1.6vw,2.25rem);font-weight:650;line-height:1.2;letter-spacing:-.015em;overflow-wrap:anywhere;text-wrap:balance}
        h2{margin:0 0 1rem;font-size:1rem;font-weight:600;line-height:1.4;overflow-wrap:anywhere}
        button{font:inherit;color:inherit;cursor:pointer;background:none;border:1px solid var(--line);border-radius:.5rem}
        #theme{flex:none;padding:.3rem .8rem;font-size:.875rem;color:var(--soft)}
        #theme:hover{color:var(--ink);background:var(--tint)}
        :focus-visible{outline:2px solid var(--focus);outline-offset:2px}
        #controls{display:flex;flex-wrap:wrap;gap:1rem 2.25rem;margin-bottom:2.25rem;padding-bottom:1.75rem;border-bottom:1px solid var(--line)}
        fieldset{min-width:0;margin:0;padding:0;border:0}
        legend{padding:0;margin-bottom:.35rem;font-size:.8125rem;color:var(--soft)}
        .choices{display:flex;flex-wrap:wrap;gap:2px;padding:3px;border-radius:.6rem;background:var(--tint)}
        .choices label{position:relative;min-width:2.1rem;padding:.2rem .7rem;border-radius:.4rem;font-size:.9375rem;text-align:center;cursor:pointer;overflow-wrap:anywhere}
        .choices label:hover{color:var(--focus)}
        .choices input{position:absolute;inset:0;margin:0;opacity:0;cursor:pointer}
        .choices label:has(:checked){background:var(--paper);color:var(--ink);font-weight:600;box-shadow:0 0 0 1px var(--line)}
        .choices label:has(:focus-visible){outline:2px solid var(--focus);outline-offset:1px}
        .choices label:has(:disabled){color:var(--soft);opacity:.55;cursor:default}
        main{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,27rem);gap:3rem 3.5rem;align-items:start}
        #plot{overflow-x:auto;padding:3px;margin:-3px}
        #plot svg{display:block}
        #plot svg[role=img]{max-width:100%;height:auto}
        svg text{font:400 14px/1 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .label{fill:var(--ink)}
        .label.strong{fill:var(--focus);font-weight:700}
        .bar i{flex:1;opacity:var(--s)}
        .cell{--shade:var(--high);fill:var(--shade);fill-opacity:var(--s);background:var(--shade)}
        @supports (color:color-mix(in oklab,red,blue)){.cell{--shade:color-mix(in oklab,var(--high) clamp(0%,var(--s)*200% - 100%,100%),color-mix(in oklab,var(--middle) clamp(0%,var(--s)*200%,100%),var(--low)));fill-opacity:1}.bar i{opacity:1}}
        .cell text{font-size:12px;font-weight:600;fill:var(--on);fill-opacity:1;pointer-events:none}
        .cell.half text{fill:var(--half)}
        .tight .cell text{font-size:11px}
        .cell.deep text{fill:var(--deep)}
        .cell:focus{outline:none}
        .cell.at rect{stroke:var(--focus);stroke-width:2px}
        #readout{min-height:1.5em;margin:-.75rem 0 1.25rem;font-size:.9375rem;font-variant-numeric:tabular-nums;color:var(--soft);overflow-wrap:anywhere}
        #readout b{color:var(--ink);font:600 .9375rem/1 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        #legend{max-width:22rem;margin-top:1.5rem}
        .bar{display:flex;height:.75rem;border-radius:3px;overflow:hidden}
        .ticks{position:relative;height:1.3rem;margin-top:.3rem;font-size:.8125rem;font-variant-numeric:tabular-nums;color:var(--soft)}
        .ticks span{position:absolute;transform:translateX(-50%)}
        .ticks span:first-child{transform:none}
        .ticks span:last-child{transform:translateX(-100%)}
        .note{max-width:34rem;margin:.9rem 0 0;font-size:.875rem;color:var(--soft);text-wrap:pretty}
        #grid{display:grid;gap:.4rem;align-items:center;justify-content:start;overflow-x:auto;padding:3px;margin:-3px}
        #grid span{font-size:.8125rem;color:var(--soft);text-align:center;font-variant-numeric:tabular-nums}
        #grid span.row{text-align:end;padding-inline-end:.3rem}
        #grid button{display:block;padding:5px;border-color:transparent;border-radius:.4rem;background:var(--tint)}
        #grid button:hover{border-color:var(--soft)}
        #grid button[aria-pressed=true]{border-color:var(--focus);box-shadow:0 0 0 1px var(--focus)}
        #grid svg{display:block;width:100%;max-height:7rem}
        @media (max-width:60rem){main{grid-template-columns:minmax(0,1fr)}body{padding-top:1.5rem}#controls{margin-bottom:1.75rem;gap:1rem 1.5rem}}
        @media print{#theme,#controls{display:none}}
        """;

    private static readonly string s_script = string.Create(CultureInfo.InvariantCulture, $$$"""
        (() => {
        'use strict';
        const half = {{{Half}}}, deep = {{{Deep}}};
        const $ = id => document.getElementById(id);
        const maps = JSON.parse($('data').textContent);
        const space = document.querySelector('#plot svg').namespaceURI;

        function add(parent, name, attributes = {}, text) {
          const inSvg = name === 'svg' || parent.namespaceURI === space;
          const element = inSvg ? document.createElementNS(space, name) : document.createElement(name);
          for (const key in attributes) element.setAttribute(key, attributes[key]);
          if (text !== undefined) element.textContent = text;
          return parent.appendChild(element);
        }

        // What is shown: indexes from 0, -1 for the mean. A mean over the layers is also one over the heads.
        let map = 0, layer = -1, head = -1, query = 0, key = 0;

        function read() {
          const address = new URLSearchParams(location.hash.slice(1));
          const index = (name, count, otherwise) => {
            const number = Number(address.get(name));
            return Number.isInteger(number) && number >= 1 && number <= count ? number - 1 : otherwise;
          };
          map = index('map', maps.length, 0);
          layer = index('layer', maps[map].layers, -1);
          head = layer < 0 ? -1 : index('head', maps[map].heads, -1);
          const theme = address.get('theme');
          if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
        }

        function write() {
          const address = new URLSearchParams({ map: map + 1 });
          if (layer >= 0) address.set('layer', layer + 1);
          if (head >= 0) address.set('head', head + 1);
          const theme = document.documentElement.dataset.theme;
          if (theme) address.set('theme', theme);
          try { history.replaceState(null, '', '#' + address); } catch { }
        }

        function choose(newMap, newLayer, newHead) {
          map = newMap;
          layer = newLayer < maps[map].layers ? newLayer : -1;
          head = layer >= 0 && newHead < maps[map].heads ? newHead : -1;
          query = key = 0;
          write();
          show();
        }

        function weights(m, layer, head) {
          const size = m.queries.length * m.keys.length;
          const first = layer < 0 ? 0 : layer * m.heads + Math.max(head, 0);
          const count = layer < 0 ? m.layers * m.heads : head < 0 ? m.heads : 1;
          return Array.from({ length: size }, (_, i) => {
            let sum = 0;
            for (let h = first; h < first + count; h++) sum += m.weights[h * size + i];
            return sum / count;
          });
        }

        const many = (count, one) => count + ' ' + one + (count === 1 ? '' : 's');

        function describe(m, layer, head) {
          const heads = many(m.heads, 'head');
          return layer < 0 ? 'mean of ' + many(m.layers, 'layer') + ' and ' + heads
            : 'layer ' + (layer + 1) + ', ' + (head < 0 ? 'mean of ' + heads : 'head ' + (head + 1));
        }

        const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
        const shade = weight => Math.sqrt(clamp(weight, 0, 1));
        const ink = shade => shade < half ? '' : shade < deep ? ' half' : ' deep';

        function choices(form, title, names, chosen, disabled, pick) {
          const set = add(form, 'fieldset');
          add(set, 'legend', {}, title);
          const row = add(set, 'div', { class: 'choices' });
          names.forEach(([name, value]) => {
            const label = add(row, 'label');
            const input = add(label, 'input', { type: 'radio', name: title, value });
            input.checked = value === chosen;
            input.disabled = disabled(value);
            if (input.disabled) label.title = 'First choose a layer';
            input.addEventListener('change', () => pick(value));
            label.append(name);
          });
        }

        function controls() {
          const form = $('controls'), m = maps[map], active = document.activeElement;
          const back = form.contains(active) ? [active.name, active.value] : null;
          form.replaceChildren();
          const numbered = count => Array.from({ length: count }, (_, i) => [String(i + 1), i]);
          choices(form, 'Attention', maps.map((m, i) => [m.name, i]), map, () => false, value => choose(value, layer, head));
          choices(form, 'Layer', [...numbered(m.layers), ['mean', -1]], layer, () => false, value => choose(map, value, head));
          choices(form, 'Head', [...numbered(m.heads), ['mean', -1]], head, value => layer < 0 && value >= 0, value => choose(map, layer, value));
          if (back) form.querySelector(`input[name="${back[0]}"][value="${back[1]}"]`)?.focus();
          form.hidden = false;
        }

        function plot() {
          const m = maps[map], values = weights(m, layer, head);
          const long = label => [...label].length * 8.5;
          const left = Math.ceil(Math.max(...m.queries.map(long))) + 14;
          const width = $('plot').clientWidth - 6;
          const cell = clamp(Math.floor((width - left) / m.keys.length), 20, 64);
          const turned = label => long(label) > cell + 2;
          const top = Math.max(26, ...m.keys.filter(turned).map(label => Math.ceil(long(label)) + 14));
          const gap = cell < 30 ? .5 : 1;
          const w = left + cell * m.keys.length, h = top + cell * m.queries.length;
          const focused = $('plot').contains(document.activeElement);
          $('plot').replaceChildren();
          const svg = add($('plot'), 'svg', { class: cell < 28 ? 'tight' : '', width: w, height: h, viewBox: `0 0 ${w} ${h}`, role: 'grid', 'aria-label': m.name + ', ' + describe(m, layer, head) });
          const names = add(svg, 'g', { role: 'row' });
          const keys = m.keys.map((label, k) => {
            const x = left + cell * (k + .5), y = top - 9;
            return add(names, 'text', turned(label)
              ? { class: 'label', role: 'columnheader', transform: `translate(${x + 5} ${y}) rotate(-90)` }
              : { class: 'label', role: 'columnheader', x, y, 'text-anchor': 'middle' }, label);
          });
          const queries = [], cells = [];
          m.queries.forEach((label, q) => {
            const row = add(svg, 'g', { role: 'row' }), y = top + cell * q;
            queries.push(add(row, 'text', { class: 'label', role: 'rowheader', x: left - 9, y: y + cell / 2 + 5, 'text-anchor': 'end' }, label));
            const line = values.slice(q * m.keys.length, (q + 1) * m.keys.length), most = Math.max(...line);
            const strongest = most > 0 ? line.indexOf(most) : -1;
            cells.push(line.map((weight, k) => {
              const x = left + cell * k, said = `${label} → ${m.keys[k]}: ${weight.toFixed(3)}`;
              const g = add(row, 'g', { class: 'cell' + ink(shade(weight)), role: 'gridcell', tabindex: -1, 'aria-label': said });
              g.style.setProperty('--s', shade(weight).toFixed(5));
              add(g, 'title', {}, said);
              add(g, 'rect', { x: x + gap, y: y + gap, width: cell - 2 * gap, height: cell - 2 * gap, rx: cell < 30 ? 2 : 3 });
              if (k === strongest) add(g, 'text', { x: x + cell / 2, y: y + cell / 2 + 4.5, 'text-anchor': 'middle' }, (100 * clamp(weight, 0, 1)).toFixed(0));
              g.addEventListener('pointerenter', () => at(q, k));
              g.addEventListener('focus', () => at(q, k));
              return g;
            }));
          });

          function at(q, k) {
            svg.querySelector('.at')?.classList.remove('at');
            svg.querySelector('[tabindex="0"]')?.setAttribute('tabindex', -1);
            [...keys, ...queries].forEach(label => label.classList.remove('strong'));
            const weight = values[q * m.keys.length + k];
            cells[q][k].classList.add('at');
            cells[q][k].setAttribute('tabindex', 0);
            keys[k].classList.add('strong');
            queries[q].classList.add('strong');
            const readout = $('readout');
            readout.replaceChildren();
            add(readout, 'b', {}, m.queries[q]);
            readout.append(' looks at ');
            add(readout, 'b', {}, m.keys[k]);
            readout.append(' with weight ');
            add(readout, 'b', {}, weight.toFixed(3));
            query = q;
            key = k;
          }

          function away() {
            if (svg.contains(document.activeElement)) return;
            svg.querySelector('.at')?.classList.remove('at');
            [...keys, ...queries].forEach(label => label.classList.remove('strong'));
            $('readout').textContent = 'Point at a cell, or tab to one.';
          }

          svg.addEventListener('pointerleave', away);
          svg.addEventListener('focusout', () => setTimeout(away));
          svg.addEventListener('keydown', event => {
            const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -key], End: [0, m.keys.length - 1 - key] }[event.key];
            if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
            event.preventDefault();
            cells[clamp(query + step[0], 0, m.queries.length - 1)][clamp(key + step[1], 0, m.keys.length - 1)].focus();
          });
          query = Math.min(query, m.queries.length - 1);
          key = Math.min(key, m.keys.length - 1);
          cells[query][key].setAttribute('tabindex', 0);
          if (focused) cells[query][key].focus(); else away();
          $('which').textContent = m.name + ', ' + describe(m, layer, head);
          $('readout').hidden = false;
        }

        function small(m, layer, head) {
          const button = add($('grid'), 'button', { type: 'button', 'aria-label': describe(m, layer, head), title: describe(m, layer, head) });
          const svg = add(button, 'svg', { viewBox: `0 0 ${m.keys.length} ${m.queries.length}`, 'aria-hidden': 'true', 'shape-rendering': 'crispEdges' });
          weights(m, layer, head).forEach((weight, i) => add(svg, 'rect', {
            class: 'cell', x: i % m.keys.length, y: Math.floor(i / m.keys.length), width: 1, height: 1,
          }).style.setProperty('--s', shade(weight).toFixed(3)));
          button.dataset.at = layer + ' ' + head;
          button.addEventListener('click', () => choose(map, layer, head));
        }

        let drawn = -1;

        function overview() {
          const m = maps[map], grid = $('grid');
          if (drawn !== map) {
            drawn = map;
            grid.replaceChildren();
            grid.style.gridTemplateColumns = `auto repeat(${m.heads + 1}, minmax(2.75rem, 6.5rem))`;
            add(grid, 'span');
            for (let h = 0; h < m.heads; h++) add(grid, 'span', {}, 'head ' + (h + 1));
            add(grid, 'span', {}, 'mean');
            for (let l = 0; l < m.layers; l++) {
              add(grid, 'span', { class: 'row' }, 'layer ' + (l + 1));
              for (let h = 0; h < m.heads; h++) small(m, l, h);
              small(m, l, -1);
            }
            add(grid, 'span', { class: 'row', style: `grid-column:1 / span ${m.heads + 1}` }, 'mean of all');
            small(m, -1, -1);
          }
          for (const button of grid.querySelectorAll('button'))
            button.setAttribute('aria-pressed', button.dataset.at === layer + ' ' + head);
          $('every').hidden = false;
        }

        function show() {
          controls();
          overview();
          plot();
        }

        const prefersDark = matchMedia('(prefers-color-scheme: dark)');
        const dark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';

        function theme() {
          $('theme').textContent = dark() ? 'Light theme' : 'Dark theme';
          $('theme').hidden = false;
        }

        $('theme').addEventListener('click', () => {
          document.documentElement.dataset.theme = dark() ? 'light' : 'dark';
          write();
          theme();
        });
        prefersDark.addEventListener('change', theme);
        addEventListener('hashchange', () => { read(); theme(); show(); });
        let width = 0;
        new ResizeObserver(([entry]) => {
          if (Math.abs(entry.contentRect.width - width) < 1) return;
          width = entry.contentRect.width;
          plot();
        }).observe($('one'));
        read();
        theme();
        show();
        })();
        """);
}
