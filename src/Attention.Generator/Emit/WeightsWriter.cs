using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes the code that packs a checkpoint's tensors, stage by stage; equal layers become a loop.</summary>
internal static class WeightsWriter
{
    private const string Dsl = "global::Attention.Dsl.";
    private const string Runtime = "global::Attention.Runtime.";

    public static void Write(CodeWriter code, ModelPlan plan)
    {
        IGrouping<int, PackedWeight>[] stages = [.. plan.Weights.GroupBy(weight => weight.Stage).OrderBy(group => group.Key)];
        using (ModelWriter.DocumentedMember(code, ["Reads, checks and packs every tensor."], $"private static {Runtime}PinnedMemory AttentionPack({Dsl}SafeTensors file, {Dsl}InstructionSet instructionSet)"))
        {
            code.Line($"{Runtime}WeightPacker packer = new(file, {Number(plan.WeightFloats)});");
            foreach (IGrouping<int, PackedWeight> stage in stages)
                code.Line($"AttentionPack{stage.Key}(packer, instructionSet);");
            code.Lines(
                "return packer.Complete(",
                $"    counted: {Names.Strings(plan.Unread.Counted)},",
                $"    heads: {Names.Strings(plan.Unread.Heads)},",
                $"    unread: {Names.Strings(plan.Unread.LeftOut)});");
        }

        foreach (IGrouping<int, PackedWeight> stage in stages)
        {
            string name = plan.Stages.First(candidate => candidate.Graph.Index == stage.Key).Graph.Name;
            using (ModelWriter.DocumentedMember(code, [$"The weights of stage {Names.Xml(name)}."], $"private static void AttentionPack{stage.Key}({Runtime}WeightPacker packer, {Dsl}InstructionSet instructionSet)"))
                Stage(code, [.. stage]);
        }
    }

    private static void Stage(CodeWriter code, PackedWeight[] weights)
    {
        foreach ((int columns, WeightFormat format) in weights.OfType<PackedProduct>().Select(product => (product.Outputs, product.Format)).Distinct())
        {
            string Widths(Isa isa)
            {
                EquatableArray<Panel> panels = Panels.Of(columns, isa, format);
                return $"new {Runtime}PanelWidths({panels[0].Vectors * isa.Lanes}, {panels[0].Count}, {(panels.Count > 1 ? panels[1].Vectors * isa.Lanes : 0)})";
            }

            ModelWriter.ByInstructionSet(code, $"{Runtime}PanelWidths panels{columns} = instructionSet", Widths);
        }

        if (weights.OfType<PackedProduct>().Any(product => product.Format.IsInterleaved(product.Inputs)))
            ModelWriter.ByInstructionSet(code, "int lanes = instructionSet", isa => Number(isa.Lanes));

        // One loop for each stretch of layers that differ in the layer's number and a shift only.
        PackedWeight[][] groups = [.. weights.GroupBy(weight => (weight.Section, weight.Layer)).Select(group => group.ToArray())];
        for (int i = 0; i < groups.Length;)
        {
            int count = 1, shift = 0;
            while (i + count < groups.Length && Follows(groups[i], groups[i + count], count, ref shift))
                count++;
            PackedWeight first = groups[i][0];
            if (first.Layer < 0)
            {
                Pack(groups[i], weight => Number(weight.Offset));
            }
            else
            {
                using (code.Block($"for (int layer = {first.Layer}; layer < {first.Layer + count}; layer++)"))
                {
                    code.Line($"int offset = {first.Offset} + ((layer - {first.Layer}) * {shift});");
                    Pack(groups[i], weight => weight.Offset == first.Offset ? "offset" : $"offset + {Number(weight.Offset - first.Offset)}");
                }
            }

            i += count;
        }

        void Pack(PackedWeight[] group, Func<PackedWeight, string> offset)
        {
            foreach (PackedWeight weight in group)
                code.Line(Call(weight, offset(weight)));
            foreach (PackedProduct product in group.OfType<PackedProduct>().Where(product => product.Format.IsInterleaved(product.Inputs)).GroupBy(product => product.Offset).Select(tensors => tensors.First()))
                code.Line($"packer.Interleave({offset(product)}, {product.Inputs}, {product.Outputs}, lanes, {Scales(product, offset(product))});");
        }
    }

    private static bool Follows(PackedWeight[] first, PackedWeight[] next, int distance, ref int shift)
    {
        if (first[0].Layer < 0 || next[0].Section != first[0].Section || next[0].Layer != first[0].Layer + distance || next.Length != first.Length)
            return false;
        int moved = next[0].Offset - first[0].Offset, each = moved / distance;
        if (moved % distance != 0 || (distance > 1 && each != shift)
            || !first.Zip(next, (a, b) => (a with { Offset = a.Offset + moved, Layer = b.Layer }) == b).All(same => same))
            return false;
        shift = each;
        return true;
    }

    /// <summary>How a product that is not of floats is stored, and where its scales go.</summary>
    private static string Format(PackedProduct product, string offset)
    {
        if (product.Format == WeightFormat.Float32)
            return "";
        return $", {Dsl}WeightFormat.{product.Format}{(product.Format.HasScales() ? ", " + Scales(product, offset) : "")}";
    }

    private static string Scales(PackedProduct product, string offset) =>
        $"{offset} + {Number(product.Format.PanelFloats(product.Inputs, product.Outputs) + product.Outputs)}";

    private static string Call(PackedWeight weight, string offset) => weight switch
    {
        PackedTable { Tensor: null } table => $"packer.Sinusoidal{(table.Halves ? "Halves" : "")}({table.Rows}, {table.Columns}, {offset}, {table.Stride});",
        PackedTable table => $"packer.Table({Names.Template(table.Tensor)}, {table.Total}, {table.Columns}, {table.First}, {table.Rows}, {offset}, {table.Stride});",
        PackedVector vector => $"packer.Vector({Names.Template(vector.Tensor)}, {vector.Total}, {vector.First}, {vector.Count}, {offset}{(vector.Plus == 0 ? "" : $", plus: {Number(vector.Plus)}")});",
        PackedProduct product => $"packer.{(product.Transposed ? "ProductOfTransposed" : "Product")}({Names.Template(product.Tensor)}, {product.TensorRows}, {product.Inputs}, {product.First}, {product.Count}, {offset}, {product.Column}, panels{product.Outputs}{Format(product, offset)});",
        _ => throw new InvalidOperationException("No call for " + weight.GetType().Name),
    };
}
