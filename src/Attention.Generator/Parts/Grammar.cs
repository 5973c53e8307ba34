using Attention.Generator.Graph;

namespace Attention.Generator.Parts;

/// <summary>How a stage reads: a header, then source, stem, body and outputs, and of some parts only one.</summary>
internal static class Grammar
{
    public static void Check(StageParts stage, Reporter report)
    {
        if (stage.Header is not Header)
        {
            report(RuleIds.MissingPart, -1, $"Stage '{stage.Name}' has parts but is neither encoder nor decoder; put [Encoder(layers, width)] or [Decoder(layers, width)] above them");
            return;
        }

        // The first part that is out of order is reported, with the right order.
        IReadOnlyList<Part> parts = stage.Parts;
        for (int i = 1; i < parts.Count; i++)
        {
            if (parts[i].Place >= parts[i - 1].Place)
                continue;
            string order = string.Join(", ", parts.OrderBy(part => part.Place).Select(part => part.Label));
            report(RuleIds.MisplacedPart, i, $"{parts[i].Label} stands behind {parts[i - 1].Label} in stage '{stage.Name}', but a stage reads source, stem, body, outputs; the right order is {order}");
            break;
        }

        foreach (Part[] alike in parts.Where(part => part.OnlyOne is not null).GroupBy(part => part.OnlyOne).Select(group => group.ToArray()).Where(group => group.Length > 1))
            report(RuleIds.DoubledPart, alike[1].Index, $"Stage '{stage.Name}' has {alike[0].Label} and {alike[1].Label}, but there can be only one; remove one of them");
        foreach (Part part in parts)
            part.Check(stage, report);
    }
}
