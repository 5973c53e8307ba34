using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Segment]</c>: another kind of tokens behind those before it.</summary>
internal sealed record Segment(string Label, int Index, int Vocabulary, int Length) : Part(Label, Index)
{
    public static Segment Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Required("vocabulary"), arguments.Required("length")) { Name = arguments.Name() };

    public override Place Place => Place.Stem;

    public override string? OnlyOne => null;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.First(Place.Source) is Part source and not Embedding)
            report(RuleIds.MisplacedPart, Index, $"{Label} goes on with other tokens, but stage '{stage.Name}' reads {source.Label} and so has none; use [Embedding], or remove {Label}");
        else if (stage.Parts.Take(Index).FirstOrDefault(part => part.Place == Place.Stem && part is not (Positions or Segment)) is Part before)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands behind {before.Label} in stage '{stage.Name}', which is for the rows of all tokens; put it before {before.Label}");
        if (stage.Segments.LastOrDefault()?.Part != this)
            return;
        CheckSum(stage, report);
        if (stage.Parts.OfType<ClassToken>().FirstOrDefault() is ClassToken token)
            report(RuleIds.MisplacedPart, token.Index, $"{token.Label} stands in front of tokens of several kinds in stage '{stage.Name}', whose rows are counted from the first token; remove it");
    }

    /// <summary>All kinds of tokens together are bounded as one is.</summary>
    private void CheckSum(StageParts stage, Reporter report)
    {
        foreach ((string argument, long sum) in new[] { ("vocabulary", stage.Segments.Sum(segment => (long)segment.Tokens)), ("length", stage.Segments.Sum(segment => (long)segment.Rows)) })
        {
            if (sum > Arguments.MaximumSize)
                report(RuleIds.InvalidSize, Index, $"The tokens of stage '{stage.Name}' have a {argument} of {sum.ToString(System.Globalization.CultureInfo.InvariantCulture)} in all; expected at most {Arguments.Number(Arguments.MaximumSize)}", argument);
        }
    }

    /// <summary>Its rows are looked up together with those before it.</summary>
    public override int Build(StageBuilder build, int x) => x;
}

/// <summary>The tokens of one kind, which have places and ids of their own.</summary>
/// <param name="Part">The part that has their table.</param>
/// <param name="Number">Which kind it is.</param>
/// <param name="Rows">The most of them in a sequence.</param>
/// <param name="Tokens">How many ids there are.</param>
/// <param name="Positions">What tells their places; null without.</param>
internal sealed record SegmentParts(Part Part, int Number, int Rows, int Tokens, Positions? Positions)
{
    /// <summary>Those of a stage that takes tokens, in order; none of any other.</summary>
    public static IReadOnlyList<SegmentParts> Of(IReadOnlyList<Part> parts)
    {
        if (parts.OfType<Embedding>().FirstOrDefault() is not Embedding embedding)
            return [];
        var segments = new List<SegmentParts> { new(embedding, 0, embedding.Length, embedding.Tokens, null) };
        foreach (Part part in parts)
        {
            if (part is Segment segment)
                segments.Add(new SegmentParts(segment, segments.Count, segment.Length, segment.Vocabulary, null));
            else if (part is Positions positions)
                segments[segments.Count - 1] = segments[segments.Count - 1] with { Positions = positions };
        }

        return segments;
    }

    /// <summary>Reports a part that takes an image, for one of another side or place than its positions say; where none do, than the second of two kinds of tokens says.</summary>
    public static void CheckImage(StageParts stage, Part part, int text, int side, string argument, Reporter report)
    {
        if (stage.First(Place.Source) is Patches { Patch: > 0 } patches)
        {
            (int lines, int rows) = (patches.Image / patches.Patch, stage.Parts.OfType<TokenInFront>().Count());
            if (side != lines)
                report(RuleIds.InvalidSize, part.Index, $"{argument} is {Arguments.Number(side)} {stage.PlaceOf(part)}, but {patches.Label} cuts an image into {Arguments.Number(lines)} × {Arguments.Number(lines)}; say {argument}{(argument == "side" ? ":" : " =")} {Arguments.Number(lines)}", argument);
            else if (text != rows)
                report(RuleIds.InvalidSize, part.Index, $"Text is {Arguments.Number(text)} {stage.PlaceOf(part)}, but {Arguments.Number(rows)} rows stand before those of its {patches.Label}; say Text = {Arguments.Number(rows)}", "Text");
            return;
        }

        if (stage.Segments.FirstOrDefault(segment => segment.Positions?.Columns is not null) is not SegmentParts image)
        {
            if (stage.Segments.Count != 2)
                return;
            (SegmentParts words, SegmentParts places) = (stage.Segments[0], stage.Segments[1]);
            if (text != words.Rows)
                report(RuleIds.InvalidSize, part.Index, $"Text is {Arguments.Number(text)} {stage.PlaceOf(part)}, but {Arguments.Number(words.Rows)} rows stand before those of its {places.Part.Label}; say Text = {Arguments.Number(words.Rows)}", "Text");
            else if ((long)side * side < places.Rows)
                report(RuleIds.InvalidSize, part.Index, $"{argument} is {Arguments.Number(side)} {stage.PlaceOf(part)}, but its {places.Part.Label} has {Arguments.Number(places.Rows)} rows, which are more than {Arguments.Number(side)} lines of {Arguments.Number(side)}; expected {Arguments.Number((int)Math.Ceiling(Math.Sqrt(places.Rows)))}", argument);
            return;
        }

        int columns = image.Positions!.Columns!.Value, before = (int)Math.Min(int.MaxValue, stage.Segments.Take(image.Number).Sum(segment => (long)segment.Rows) + stage.Parts.OfType<TokenInFront>().Count());
        if (side != columns)
            report(RuleIds.InvalidSize, part.Index, $"{argument} is {Arguments.Number(side)} {stage.PlaceOf(part)}, but its {image.Part.Label} has positions in lines of {Arguments.Number(columns)}; make them equal", argument);
        else if (text != before)
            report(RuleIds.InvalidSize, part.Index, $"Text is {Arguments.Number(text)} {stage.PlaceOf(part)}, but {Arguments.Number(before)} rows stand before those of its {image.Part.Label}; say Text = {Arguments.Number(before)}", "Text");
    }

    /// <summary>Reports a part that takes an image where no rows are behind its text, or more than the image has places.</summary>
    /// <returns>Whether each row has its place.</returns>
    public static bool CheckPlaces(StageParts stage, int rows, Part part, int text, int side, string argument, Reporter report)
    {
        int least = (int)Math.Ceiling(Math.Sqrt(Math.Max(1, rows - text)));
        if (text >= rows)
            report(RuleIds.InvalidSize, part.Index, $"Text is {Arguments.Number(text)} {stage.PlaceOf(part)}, whose sequences have up to {Arguments.Number(rows)} rows, so that no image is behind it; expected at most {Arguments.Number(rows - 1)}, or a longer source", "Text");
        else if (least > side)
            report(RuleIds.InvalidSize, part.Index, $"{argument} is {Arguments.Number(side)} {stage.PlaceOf(part)}, whose sequences have up to {Arguments.Number(rows - text)} rows behind the text, but such an image has {Arguments.Number(side * side)} places; expected at least {Arguments.Number(least)}, or a shorter source", argument);
        return text < rows && least <= side;
    }

    /// <summary>Their table.</summary>
    public int Table(StageBuilder build) => Part is Embedding ? build.Table() : build.As(Part, () => build.Parameter(Roles.Segment, Tokens, build.Width, Number - 1));

    /// <summary>The table of their positions, zeros without any.</summary>
    public int PositionTable(StageBuilder build) => Positions is null ? build.Computed(Rows, new Zeros()) : build.As(Positions, () => Positions.Table(build, Rows, Number));

    /// <summary>One of each, or all one below the other.</summary>
    public static int All(StageBuilder build, IReadOnlyList<SegmentParts> segments, Func<SegmentParts, int> tableOf) =>
        segments.Count == 1 ? tableOf(segments[0]) : build.Stack(segments.Select(tableOf));
}
