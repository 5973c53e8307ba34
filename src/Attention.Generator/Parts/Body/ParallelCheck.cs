using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Sub-layers that stand side by side: there are some, and all read the rows that their layer is given and are only added to them.</summary>
internal static class ParallelCheck
{
    public static void Check(StageParts stage, Reporter report)
    {
        Header header = stage.Header!;
        string place = stage.PlaceOf(header), said = $"Parallel is {header.Parallel} {place}", remove = "remove Parallel";
        void Refuse(Part part, string message, string? argument = null) => report(RuleIds.MisplacedPart, part.Index, message, argument);

        BodyPart[] body = [.. stage.Parts.OfType<BodyPart>()];
        BodyPart[][] layers = [.. Enumerable.Range(0, header.ExpandedLayers).Select(layer => body.Where(part => part.Options.IsAt(layer)).ToArray())];
        if (!layers.Any(layer => layer.Length > 1))
        {
            report(RuleIds.WithoutEffect, header.Index, $"{said}, where no layer has two sub-layers that could stand side by side; {remove}", "Parallel");
            return;
        }

        if (header.Norm != NormPlacement.Pre)
            Refuse(header, $"{said}, where Norm is {header.Norm}, but what sub-layers side by side read is normed before; say Norm = NormPlacement.Pre, or {remove}", "Parallel");
        foreach (BodyPart part in body)
        {
            if (!part.Options.Residual)
                Refuse(part, $"Residual is false {stage.PlaceOf(part)}, where Parallel is {header.Parallel}, so that all that its sub-layers make is added to the rows; remove Residual, or Parallel", "Residual");
            if (part.Options.Norm is NormPlacement own && own != header.Norm)
                Refuse(part, $"Norm is {own} {stage.PlaceOf(part)}, where Parallel is {header.Parallel}, so that what its sub-layers read is normed before; remove Norm, or Parallel", "Norm");
            if (part.Options.After != Activation.Identity)
                Refuse(part, $"After is {part.Options.After} {stage.PlaceOf(part)}, where Parallel is {header.Parallel}, so that no sum is one sub-layer's; remove After, or Parallel", "After");
            if (header.Parallel == ParallelKind.OneNorm && layers.All(layer => layer.Length == 0 || layer[0] != part))
            {
                foreach (string argument in new[] { part.Options.Kind is null ? null : "Kind", part.Options.Epsilon is null ? null : "Epsilon" }.OfType<string>())
                    report(RuleIds.WithoutEffect, part.Index, $"{argument} is given {stage.PlaceOf(part)}, where Parallel is OneNorm, which is that of the first sub-layer; remove {argument}, or say ParallelKind.OwnNorms", argument);
            }
        }

        if (stage.Parts.OfType<TokenShift>().FirstOrDefault() is TokenShift shift)
            Refuse(shift, $"{shift.Label} moves channels of what each sub-layer of stage '{stage.Name}' reads, but where Parallel is {header.Parallel} they read the same; remove one of the two");
        if (stage.Parts.OfType<StepSignal>().FirstOrDefault(signal => signal.Index > body[0].Index) is StepSignal late)
            Refuse(late, $"{late.Label} stands behind {body[0].Label} in stage '{stage.Name}', where Parallel is {header.Parallel}, so that no sub-layer of the layer would read it; put it before {body[0].Label}");
    }
}
