using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pronounce;

/// <summary>
/// Draws one alignment of a map for a terminal: a row for each query, a column for each key, a shade for each weight,
/// and the strongest weight of each row in percent. Colours where the console has 256 of them or more, characters elsewhere.
/// Keys that are too many for the width go into further blocks below.
/// </summary>
/// <param name="subject">What the title begins with, such as <c>bough → B AW1</c>.</param>
/// <param name="map">The weights.</param>
/// <param name="layer">The layer, from 0; the mean over all layers and heads without one.</param>
/// <param name="head">The head, from 0; the mean over the heads of the layer without one.</param>
internal sealed class AttentionDrawing(string subject, AttentionMap map, int? layer, int? head) : Renderable
{
    private const string Numbered = "The number is each row's strongest weight, in percent.";
    private const int RedirectedWidth = 80;

    /// <summary>Characters for weights below 5 %, from 5 %, from 25 %, from 50 % and from 75 %.</summary>
    private const string Ramp = "·░▒▓█", AsciiRamp = ".:+*#";

    /// <summary>The shades 0, 0.5 and 1: ever lighter, from blue over green to yellow, which no colour blindness confuses.</summary>
    private static readonly Color s_low = new(24, 32, 54), s_middle = new(49, 143, 160), s_high = new(253, 240, 170);

    private static readonly Color s_lightInk = new(255, 255, 255), s_darkInk = new(6, 10, 20);

    /// <summary>The weights that the legend shows, in percent.</summary>
    private static readonly int[] s_legend = [0, 1, 5, 10, 25, 50, 75, 100];

    private readonly float[] _weights = map.Select(layer, head);
    private readonly string[] _queries = [.. map.Queries.Select(Visible)], _keys = [.. map.Keys.Select(Visible)];

    /// <summary>The line above the drawing.</summary>
    public string Title { get; } = Visible($"{subject}, {map.Describe(layer, head)}");

    /// <summary>A console for a drawing: as the terminal is, or without colours and of a fixed width where the output is redirected.</summary>
    public static IAnsiConsole Console(TextWriter output, bool redirected)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) };
        if (!redirected)
            return AnsiConsole.Create(settings);
        settings.Ansi = AnsiSupport.No;
        settings.ColorSystem = ColorSystemSupport.NoColors;
        IAnsiConsole console = AnsiConsole.Create(settings);
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <inheritdoc/>
    protected override Measurement Measure(RenderOptions options, int maxWidth) =>
        new(Math.Min(maxWidth, LabelWidth + CellWidth), maxWidth);

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int fitting = (maxWidth - LabelWidth) / CellWidth;
        if (fitting < 1)
            return Lines(options, maxWidth, $"{Title}: needs {LabelWidth + CellWidth} columns, found {maxWidth}.");

        bool colours = options.ColorSystem is ColorSystem.EightBit or ColorSystem.TrueColor;
        List<Segment> drawing = [.. Lines(options, maxWidth, Title, new Style(decoration: Decoration.Bold)), Segment.LineBreak];
        int blocks = (_keys.Length + fitting - 1) / fitting, perBlock = (_keys.Length + blocks - 1) / blocks;
        for (int first = 0; first < _keys.Length; first += perBlock)
        {
            DrawBlock(drawing, first, Math.Min(first + perBlock, _keys.Length), colours, options.Unicode);
            drawing.Add(Segment.LineBreak);
        }

        DrawLegend(drawing, options, maxWidth, colours);
        drawing.AddRange(Lines(options, maxWidth, Numbered));
        return drawing;
    }

    private int LabelWidth => _queries.Max(Width) + 1;

    /// <summary>Room for a label and a space, or for 100.</summary>
    private int CellWidth => Math.Max(3, _keys.Max(Width) + 1);

    private void DrawBlock(List<Segment> drawing, int first, int end, bool colours, bool unicode)
    {
        string heads = new string(' ', LabelWidth) + string.Concat(_keys[first..end].Select(Cell));
        drawing.Add(new Segment(heads.TrimEnd()));
        drawing.Add(Segment.LineBreak);
        for (int query = 0; query < _queries.Length; query++)
        {
            ReadOnlySpan<float> row = _weights.AsSpan(query * _keys.Length, _keys.Length);
            int strongest = AttentionMap.Strongest(row);
            string line = _queries[query] + new string(' ', LabelWidth - Width(_queries[query]));
            if (colours)
            {
                drawing.Add(new Segment(line));
                for (int key = first; key < end; key++)
                    drawing.Add(new Segment(Cell(key == strongest ? Percent(row[key]) : ""), Shade(row[key])));
            }
            else
            {
                for (int key = first; key < end; key++)
                    line += Cell(key == strongest ? Percent(row[key]) : Mark(row[key], unicode));
                drawing.Add(new Segment(line.TrimEnd()));
            }

            drawing.Add(Segment.LineBreak);
        }
    }

    private string Cell(string text)
    {
        int left = (CellWidth - Width(text) + 1) / 2;
        return new string(' ', left) + text + new string(' ', CellWidth - Width(text) - left);
    }

    private static string Percent(float weight) => Math.Round(100 * Math.Clamp(weight, 0, 1)).ToString(CultureInfo.InvariantCulture);

    private static string Mark(float weight, bool unicode)
    {
        int step = weight switch { < 0.05f => 0, < 0.25f => 1, < 0.5f => 2, < 0.75f => 3, _ => 4 };
        return new string((unicode ? Ramp : AsciiRamp)[step], step == 0 ? 1 : 2);
    }

    private static void DrawLegend(List<Segment> drawing, RenderOptions options, int maxWidth, bool colours)
    {
        Segment[] entries = colours
            ? [.. s_legend.Select(percent => new Segment($" {percent} ", Shade(percent / 100f)))]
            : [.. Legend(options.Unicode ? Ramp : AsciiRamp).Select(text => new Segment(text))];
        if (entries.Any(entry => entry.CellCount() > maxWidth))
        {
            drawing.AddRange(Lines(options, maxWidth, string.Join(' ', entries.Select(entry => entry.Text))));
            return;
        }

        string gap = colours ? "" : "  ";
        int column = 0;
        foreach (Segment entry in entries)
        {
            if (column > 0 && column + gap.Length + entry.CellCount() > maxWidth)
            {
                drawing.Add(Segment.LineBreak);
                column = 0;
            }

            if (column > 0 && gap.Length > 0)
                drawing.Add(new Segment(gap));
            drawing.Add(entry);
            column += (column > 0 ? gap.Length : 0) + entry.CellCount();
        }

        drawing.Add(Segment.LineBreak);
    }

    private static string[] Legend(string ramp) =>
        [$"{ramp[0]} below 5 %", $"{ramp[1]} from 5 %", $"{ramp[2]} from 25 %", $"{ramp[3]} from 50 %", $"{ramp[4]} from 75 %"];

    private static Style Shade(float weight)
    {
        float shade = AttentionMap.Shade(weight);
        Color background = shade < 0.5f ? s_low.Blend(s_middle, 2 * shade) : s_middle.Blend(s_high, 2 * shade - 1);
        return new Style(shade < 0.44f ? s_lightInk : s_darkInk, background);
    }

    private static IEnumerable<Segment> Lines(RenderOptions options, int maxWidth, string text, Style? style = null) =>
        [.. ((IRenderable)new Text(text, style)).Render(options, maxWidth), Segment.LineBreak];

    private static int Width(string text) => new Segment(text).CellCount();

    /// <summary>A text without characters that would steer the terminal.</summary>
    private static string Visible(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
