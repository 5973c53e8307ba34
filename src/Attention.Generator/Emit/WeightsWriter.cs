using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using Attention.Generator.Weights;
using static Attention.Generator.Emit.Types;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes the code that packs a checkpoint's tensors, stage by stage; equal layers become a loop.</summary>
internal static class WeightsWriter
{
    public static void Write(CodeWriter code, ModelPlan plan)
    {
        IGrouping<int, PackedWeight>[] stages = [.. plan.Weights.GroupBy(weight => weight.Stage).OrderBy(group => group.Key)];
        using (code.Method("Reads, checks and packs every tensor.", $"private static {Runtime}PinnedMemory AttentionPack({Dsl}SafeTensors file, {Dsl}InstructionSet instructionSet)"))
        {
            code.Line($"{Runtime}WeightPacker packer = new(file, {Number(plan.WeightFloats)});");
            foreach (IGrouping<int, PackedWeight> stage in stages)
                code.Line($"AttentionPack{stage.Key}(packer, instructionSet);");
            foreach (PlannedScalar scalar in plan.Scalars)
                code.Line($"packer.Scalar({Names.Literal(scalar.Tensor)}, offset: {Number(scalar.Offset)});");
            code.Lines(
                "return packer.Complete(",
                $"    counted: {Names.Strings(plan.Unread.Counted)},",
                $"    heads: {Names.Strings(plan.Unread.Heads)},",
                $"    unread: {Names.Strings(plan.Unread.LeftOut)});");
        }

        foreach (IGrouping<int, PackedWeight> stage in stages)
        {
            string name = plan.Stages.First(candidate => candidate.Graph.Index == stage.Key).Graph.Name;
            using (code.Method($"The weights of stage {Names.Xml(name)}.", $"private static void AttentionPack{stage.Key}({Runtime}WeightPacker packer, {Dsl}InstructionSet instructionSet)"))
                Stage(code, [.. stage], isLarge: plan.WeightFloats > int.MaxValue);
        }
    }

    /// <param name="isLarge">Whether places of weights, or sums on the way to them, may be beyond 32 bits.</param>
    private static void Stage(CodeWriter code, PackedWeight[] weights, bool isLarge)
    {
        foreach ((int columns, WeightFormat format, bool isWhole) in weights.OfType<PackedProduct>().Where(product => product.PanelWidth is null).Select(product => (product.Outputs, product.Format, IsWhole: product.Level is not null)).Distinct())
        {
            string Widths(Isa isa) => (isWhole ? Panels.OfIntegers(columns, isa) : Panels.Of(columns, isa, format)).Widths(isa);
            ModelWriter.ByInstructionSet(code, $"{Runtime}PanelWidths {(isWhole ? "whole" : "panels")}{columns} = instructionSet", Widths);
        }

        if (weights.OfType<PackedProduct>().Any(product => product.IsInterleaved))
            ModelWriter.ByInstructionSet(code, "int lanes = instructionSet", isa => Number(isa.Lanes));

        // One loop for each stretch of layers that differ in the layer's number and a shift only.
        PackedWeight[][] groups = [.. weights.GroupBy(weight => (weight.Section, weight.Layer)).Select(group => group.ToArray())];
        for (int i = 0; i < groups.Length;)
        {
            int count = 1;
            long shift = 0;
            while (i + count < groups.Length && Follows(groups[i], groups[i + count], count, ref shift))
                count++;
            PackedWeight first = groups[i][0];
            if (count == 1)
            {
                Pack(groups[i], weight => Number(weight.Offset) + (isLarge ? "L" : ""), first.Layer < 0 ? null : first.Layer);
            }
            else
            {
                using (code.Block($"for (int layer = {first.Layer}; layer < {first.Layer + count}; layer++)"))
                {
                    string layers = first.Layer == 0 ? "layer" : $"(layer - {first.Layer})";
                    code.Line($"{(isLarge ? "long" : "int")} offset = {first.Offset} + ({layers} * {shift}{(isLarge ? "L" : "")});");
                    Pack(groups[i], weight => weight.Offset == first.Offset ? "offset" : $"offset + {Number(weight.Offset - first.Offset)}", null);
                }
            }

            i += count;
        }

        void Pack(PackedWeight[] group, Func<PackedWeight, string> offset, int? layer)
        {
            foreach (PackedWeight weight in group)
            {
                int heads = PiecesOf(weight).Count;
                if (heads == 1)
                {
                    code.Line(Call(weight, offset(weight), layer));
                    continue;
                }

                using (code.Block($"for (int head = 0; head < {Number(heads)}; head++)"))
                    code.Line(Call(weight, offset(weight), layer));
            }

            foreach (PackedProduct product in group.OfType<PackedProduct>().Where(product => product.IsInterleaved || product.Level is { IsGrouped: false }).GroupBy(product => product.Offset).Select(tensors => tensors.First()))
            {
                string whole = $"{offset(product)}, inputs: {product.Inputs}, columns: {product.Outputs}";
                code.Line(product.IsInterleaved
                    ? $"packer.Interleave({whole}, lanes, scales: {Scales(product, offset(product))});"
                    : $"packer.Group({whole}, {PanelsOf(product)}, sums: {Behind(product, offset(product), 2)});");
            }
        }
    }

    private static Pieces PiecesOf(PackedWeight weight) => weight switch { PackedProduct product => product.Pieces, PackedVector vector => vector.Pieces, _ => new(1, 0) };

    private static bool Follows(PackedWeight[] first, PackedWeight[] next, int distance, ref long shift)
    {
        if (first[0].Layer < 0 || next[0].Section != first[0].Section || next[0].Layer != first[0].Layer + distance || next.Length != first.Length)
            return false;
        long moved = next[0].Offset - first[0].Offset, each = moved / distance;
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
        string whole = product.Level switch
        {
            null => "",
            { IsGrouped: true } level => $", sums: {Behind(product, offset, 2)}{(level.HasMinimum ? ", hasMinimum: true" : "")}",
            IntegerLevel level => $", largest: {Number(level.Weights)}",
        };
        return $", {Dsl}WeightFormat.{product.Format}{(product.Format.HasScales() ? ", scales: " + Scales(product, offset) : "")}{whole}";
    }

    /// <summary>Which of the tensor's inputs are the product's, where those are not all.</summary>
    private static string Inputs(PackedProduct product) => product.AllInputs == product.Inputs ? "" : $", firstInput: {Number(product.FirstInput)}, allInputs: {Number(product.AllInputs)}";

    private static string PanelsOf(PackedProduct product) =>
        product.PanelWidth is int width ? $"new(First: {width}, FirstCount: {product.Outputs / width}, Rest: 0)" : $"{(product.Level is null ? "panels" : "whole")}{product.Outputs}";

    private static string Scales(PackedProduct product, string offset) => Behind(product, offset, 1);

    /// <summary>Where what stands behind the panels begins, by how many rows of columns are before it.</summary>
    private static string Behind(PackedProduct product, string offset, int rows)
    {
        long behind = product.PanelFloats + ((long)rows * product.Outputs);
        return long.TryParse(offset, out long start) ? Number(start + behind) : $"{offset} + {Number(behind)}";
    }

    /// <summary>The call that packs a tensor.</summary>
    /// <param name="weight">The tensor.</param>
    /// <param name="offset">Where it goes.</param>
    /// <param name="layer">The layer's number, where it is no variable.</param>
    private static string Call(PackedWeight weight, string offset, int? layer)
    {
        Pieces pieces = PiecesOf(weight);
        string EachHead(int first, int step) => pieces.Count == 1 ? Number(first) : $"{Number(first)} + (head * {Number(step)})";
        string Tensor(string name) => Names.Template(layer is int constant ? LayerHole.Fill(name, constant) : name);
        return weight switch
        {
            PackedTable { Computed: Sinusoids computed } table => $"packer.{computed.Kind}(length: {table.Rows}, width: {table.Columns}, offset: {offset}, stride: {table.Stride}{(computed.First == 0 ? "" : $", first: {Number(computed.First)}")});",
            PackedTable { Computed: Rotations turns } table => $"{Runtime}RotaryTable.Write(packer.Memory.Slice({offset}, {Number((long)table.Rows * table.Stride)}), length: {table.Rows}, columns: {table.Columns}, stride: {table.Stride}, width: {turns.Width}, isInterleaved: {StageCode.Bool(turns.IsInterleaved)}, {FrequenciesOf(turns)});",
            PackedTable table => $"packer.Table({Tensor(table.Tensor!)}, total: {table.Total}, columns: {table.Columns}, first: {table.First}, rows: {table.Rows}, offset: {offset}, stride: {table.Stride});",
            PackedAxial axial => $"packer.Axial({Tensor(axial.Lines)}, {axial.LineCount}, {Tensor(axial.Columns)}, {axial.ColumnCount}, rows: {axial.Rows}, width: {axial.Width}, offset: {offset}, stride: {axial.Stride});",
            PackedVector vector => $"packer.Vector({Tensor(vector.Tensor)}, total: {vector.Total}, first: {EachHead(vector.First, pieces.Step)}, count: {vector.Count / pieces.Count}, offset: {offset}{(pieces.Count == 1 ? "" : $" + (head * {Number(vector.Count / pieces.Count)})")}{(vector.Plus == 0 ? "" : $", plus: {Number(vector.Plus)}")});",
            PackedGate { Kind: Gate.LayerScale } gate => $"packer.LayerScale({Tensor(gate.Tensor)}, count: {gate.Count}, biases: {offset}, columns: {gate.Columns}, hasScales: {StageCode.Bool(gate.HasScales)});",
            PackedGate gate => $"packer.Gate({Tensor(gate.Tensor)}, biases: {offset}, columns: {gate.Columns}, hasScales: {StageCode.Bool(gate.HasScales)});",
            PackedProduct product => $"packer.{(product.Transposed ? "ProductOfTransposed" : "Product")}({Tensor(product.Tensor)}, outputs: {product.TensorRows}, inputs: {product.Inputs}, first: {EachHead(product.First, pieces.Step)}, count: {product.Count / pieces.Count}, offset: {offset}, column: {EachHead(product.Column, product.Count / pieces.Count)}, {PanelsOf(product)}{Format(product, offset)}{(product.Norm is PackedNorm norm ? ", norm: " + Norm(norm, product.Count) : "")}{(product.Stacked == 1 ? "" : $", stacked: {product.Stacked}, index: {product.Index}")}{Inputs(product)}{(product.IsTable ? ", isTable: true" : "")});",
            PackedDistances bias => $"packer.Distances({Tensor(bias.Tensor)}, buckets: {Number(bias.Buckets)}, heads: {Number(bias.Heads)}, length: {Number(bias.Length)}, largest: {Number(bias.Largest)}, isCausal: {StageCode.Bool(bias.IsCausal)}, scale: {GlobalFloat(bias.Scale)}, offset: {offset}, stride: {Number(bias.Stride)});",
            PackedPositions positions => $"packer.Positions({TableOf(positions.Table)}, {MapOf(positions.Map)}, heads: {Number(positions.Heads)}, length: {Number(positions.Length)}, largest: {(positions.Largest is int largest ? Number(largest) : "null")}, isAscending: {StageCode.Bool(positions.IsAscending)}, offset: {offset}, columns: {Number(positions.Columns)});",
            PackedBias bias => $"packer.Bias({(bias.Tensor is null ? "null" : Tensor(bias.Tensor))}, total: {bias.Total}, first: {bias.First}, count: {bias.Count}, offset: {offset}, norm: {Norm(bias.Norm, bias.Count)});",
            _ => throw new InvalidOperationException("No call for " + weight.GetType().Name),
        };

        string TableOf(PositionTable table) =>
            $"new {Runtime}PositionTable({Tensor(table.Tensor)}, rows: {Number(table.Rows)}, width: {Number(table.Width)}, norm: {(table.Norm is null ? "null" : Tensor(table.Norm))}, normBias: {(table.NormBias is null ? "null" : Tensor(table.NormBias))}, epsilon: {GlobalFloat(table.Epsilon)})";

        string MapOf(PositionMap map) =>
            $"new {Runtime}PositionMap({Rows(map.Weight)}, outputs: {Number(map.Outputs)}, isTransposed: {StageCode.Bool(map.Weight.Transposed)}, bias: {(map.Bias is null ? "null" : Rows(map.Bias))})";

        string Rows(TensorBinding binding) => $"new {Runtime}TensorRows({Tensor(binding.Template!)}, total: {Number(binding.Rows)}, first: {Number(binding.First)}, pieces: {Number(binding.Pieces.Count)}, step: {Number(binding.Pieces.Step)})";

        string Norm(PackedNorm norm, int count) =>
            $"packer.BatchNorm({Tensor(norm.Weight)}, {Tensor(norm.Bias)}, {Tensor(norm.Mean)}, {Tensor(norm.Variance)}, count: {count}, epsilon: {GlobalFloat(norm.Epsilon)})";
    }

    /// <summary>How fast pairs turn, as an expression, and what divides the angles of each, as another.</summary>
    private static string FrequenciesOf(Rotations turns)
    {
        RotaryFrequencies rates = turns.Frequencies;
        var more = new List<string>();
        if (rates.Image is RotaryImage image)
            more.Add($"Image = new(Text: {Number(image.Text)}, Side: {Number(image.Side)}, Part: {Number(image.Part)})");
        if (rates.Ramp is RotaryRamp ramp)
            more.Add($"Ramp = new(Length: {Number(ramp.Length)}, Slow: {Double(ramp.Slow)}, Fast: {Double(ramp.Fast)}, IsOfTurns: {StageCode.Bool(ramp.IsOfTurns)}, IsWhole: {StageCode.Bool(ramp.IsWhole)})");
        if (rates.Amplitude != 1)
            more.Add($"Amplitude = {Double(rates.Amplitude)}");
        return $"new(Base: {Double(rates.Base)}, Factor: {Double(rates.Factor)}){(more.Count == 0 ? "" : $" {{ {string.Join(", ", more)} }}")}{(turns.Factors.Count == 0 ? "" : $", factors: [{string.Join(", ", turns.Factors.Select(Double))}]")}";
    }
}
