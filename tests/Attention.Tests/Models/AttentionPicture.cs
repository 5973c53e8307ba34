using System.Text;

namespace Attention.Tests.Models;

/// <summary>What queries see of keys: a row for each query, a column for each key, the darker the more a key weighs.</summary>
/// <param name="Rows">How many queries.</param>
/// <param name="Columns">How many keys.</param>
/// <param name="Shade">How dark a key of a query is, 0 to 1.</param>
internal sealed record AttentionPicture(int Rows, int Columns, Func<int, int, double> Shade)
{
    private const int Levels = 10;

    /// <summary>What queries and keys are called; no names unless set.</summary>
    public (string[] Queries, string[] Keys)? Names { get; init; }

    /// <summary>One of keys that are seen or not.</summary>
    public static AttentionPicture Of(int rows, int columns, Func<int, int, bool> sees) => new(rows, columns, (row, column) => sees(row, column) ? 1 : 0);

    /// <summary>An SVG of some side by side, for light pages and dark ones.</summary>
    public static string Draw(params AttentionPicture[] pictures)
    {
        bool named = pictures[0].Names is not null;
        int most = Math.Max(pictures.Max(picture => picture.Rows), pictures.Sum(picture => picture.Columns));
        int cell = named ? 16 : most <= 40 ? 8 : most <= 100 ? 5 : 3;
        (int left, int top) = named ? (pictures.Max(picture => picture.Names!.Value.Queries.Max(name => name.Length) * 8) + 6, 16) : (0, 0);
        var ground = new StringBuilder();
        var seen = Enumerable.Range(0, Levels + 1).Select(_ => new StringBuilder()).ToArray();
        var names = new StringBuilder();
        int x = 0, height = (pictures.Max(picture => picture.Rows) * cell) + 1;
        foreach (AttentionPicture picture in pictures)
        {
            x += x == 0 ? left : cell;
            int width = (picture.Columns * cell) + 1;
            ground.Append(FormattableString.Invariant($"M{x - 1} {top - 1}h{width}v{(picture.Rows * cell) + 1}h-{width}z"));
            picture.Fill(seen, x, top, cell);
            picture.Write(names, x, top, cell, isFirst: x == left);
            x += picture.Columns * cell;
        }

        string paths = string.Concat(seen.Select((path, level) => path.Length == 0 ? "" : FormattableString.Invariant($"<path class=\"seen\"{(level == Levels ? "" : $" opacity=\".{level}\"")} d=\"{path}\"/>\n")));
        string text = named ? "text{font:11px sans-serif;text-anchor:middle;fill:#3c4043}" : "", darkText = named ? "text{fill:#d3d6da}" : "";
        return FormattableString.Invariant($$$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {{{x + 1}}} {{{height + top}}}" width="{{{x + 1}}}" height="{{{height + top}}}">
            <style>.all{fill:#e8eaed}.seen{fill:#1a5fb4}{{{text}}}@media (prefers-color-scheme:dark){.all{fill:#2b2d31}.seen{fill:#78aeed}{{{darkText}}}}</style>
            <path class="all" d="{{{ground}}}"/>
            {{{paths}}}{{{names}}}</svg>

            """).ReplaceLineEndings("\n");
    }

    /// <summary>Neighbours of one shade are one bar.</summary>
    private void Fill(StringBuilder[] seen, int left, int top, int cell)
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0, first = 0; column < Columns; first = column)
            {
                int level = LevelOf(row, column);
                while (column < Columns && LevelOf(row, column) == level)
                    column++;
                int width = ((column - first) * cell) - 1;
                if (level > 0)
                    seen[level].Append(FormattableString.Invariant($"M{left + (first * cell)} {top + (row * cell)}h{width}v{cell - 1}h{-width}z"));
            }
        }
    }

    private int LevelOf(int row, int column) => (int)Math.Round(Math.Clamp(Shade(row, column), 0, 1) * Levels);

    private void Write(StringBuilder text, int left, int top, int cell, bool isFirst)
    {
        if (Names is not (string[] queries, string[] keys))
            return;
        void Add(double x, double y, string name) => text.Append(FormattableString.Invariant($"<text x=\"{x}\" y=\"{y}\">{name}</text>\n"));
        for (int column = 0; column < Columns; column++)
            Add(left + ((column + 0.5) * cell), top - 5, keys[column]);
        for (int row = 0; row < Rows && isFirst; row++)
            Add(left / 2.0, top + (row * cell) + 11, queries[row]);
    }
}
