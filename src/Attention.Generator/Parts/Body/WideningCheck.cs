using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>A part that makes rows as wide as the stage: it is the first that reads them, once, and the source gives such rows.</summary>
internal static class WideningCheck
{
    public static void Check(StageParts stage, BodyPart part, Reporter report)
    {
        if (part.InputWidth is not (int width and > 0))
            return;
        Header header = stage.Header!;
        string given = $"InputWidth is given {stage.PlaceOf(part)}";
        Part? source = stage.First(Place.Source), other = stage.Parts.FirstOrDefault(part => part is StepSignal or HaltingPart or ClassExchange);
        int? found = source switch { Embedding embedding => embedding.Width, Features features => features.Width, _ => null };
        bool isFirst = Enumerable.Range(0, header.ExpandedLayers).All(layer => part.Options.IsAt(layer) == (layer == 0)) && stage.Parts.OfType<BodyPart>().First(first => first.Options.IsAt(0)) == part;
        if (header.ExpandedLayers > 0 && !isFirst)
            report(RuleIds.MisplacedPart, part.Index, $"{given}, but it makes all rows as wide as the stage, and so is the first part of the first layer alone; say At = new[] {{ 0 }}, put it before the others, or remove InputWidth", "InputWidth");
        else if (header.Shared && header.Layers > 1)
            report(RuleIds.MisplacedPart, part.Index, $"{given}, where layers share their weights and so read rows of one width; remove InputWidth, or Shared", "InputWidth");
        else if (header.Parallel != ParallelKind.None)
            report(RuleIds.MisplacedPart, part.Index, $"{given}, where Parallel is {header.Parallel}, so that other sub-layers read the same rows; remove InputWidth, or Parallel", "InputWidth");
        else if (other is not null)
            report(RuleIds.MisplacedPart, part.Index, $"{given}, but {other.Label} of stage '{stage.Name}' needs rows of one width in all layers; remove one of the two", "InputWidth");
        else if (source is not (Embedding or Features))
            report(RuleIds.MisplacedPart, part.Index, $"{given}, but stage '{stage.Name}' reads {source?.Label ?? "nothing"}, which has no width of its own; use [Embedding] or [Features] with Width = {Arguments.Number(width)}, or remove InputWidth", "InputWidth");
        else if (found != width)
            report(RuleIds.SourceWidthMismatch, part.Index, $"InputWidth is {Arguments.Number(width)} {stage.PlaceOf(part)}, but rows of {source.Label} are {Arguments.Number(found ?? header.Width)} wide; make them equal, by Width = {Arguments.Number(width)} in {source.Label}", "InputWidth");
        else if (stage.Declared.Parts[source.Index].Has("Bias"))
            report(RuleIds.WithoutEffect, source.Index, $"Bias is given {stage.PlaceOf(source)}, whose rows {part.Label} maps to the width of the stage; remove Bias", "Bias");
    }
}
