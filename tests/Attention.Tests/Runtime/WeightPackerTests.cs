using System.Runtime.CompilerServices;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class WeightPackerTests
{
    /// <summary>Distinct values, none of them zero.</summary>
    private static float[] Values(int count, int from = 1) => [.. Enumerable.Range(from, count).Select(i => (float)i)];

    private static SafeTensors Checkpoint(params IEnumerable<(string Name, int[] Shape, float[] Values)> tensors) =>
        SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf(tensors)));

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(1000, 64)]
    [InlineData((1 << 20) - 1, 64)]
    [InlineData(1 << 20, 2 << 20)]
    [InlineData((1 << 20) + 1, 2 << 20)]
    public unsafe void Memory_is_aligned_zeroed_and_stays(int floats, int alignment)
    {
        PinnedMemory[] several = [.. Enumerable.Range(0, 8).Select(_ => new PinnedMemory(floats))];
        nint[] addresses = [.. several.Select(memory => (nint)Unsafe.AsPointer(ref memory.Start))];
        Assert.All(addresses, address => Assert.Equal(0, address % alignment));
        Assert.All(several, memory => Assert.Equal(floats, memory.Length));
        Assert.All(several, memory => Assert.Equal(floats, memory.Span.Length));
        Assert.All(several, memory => Assert.False(memory.Span.ContainsAnyExcept(0f)));

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Assert.Equal(addresses, several.Select(memory => (nint)Unsafe.AsPointer(ref memory.Start)));
        if (floats > 0)
            Assert.All(several, memory => Assert.True(Unsafe.AreSame(ref memory.Start, ref memory.Span[0])));
    }

    [Fact]
    public void Memory_of_an_impossible_length_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PinnedMemory(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PinnedMemory(long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PinnedMemory(long.MaxValue / sizeof(float)));
    }

    [Theory]
    [InlineData(false, "3 3 3 3 2 1 0 5 6 7 7 7 7")]
    [InlineData(true, "5 4 4 3 2 1 0 0 0 0 0 0 0")]
    public void Biases_of_buckets_lie_by_distance(bool isCausal, string buckets)
    {
        using SafeTensors file = Checkpoint(("t", [8, 2], Values(16, from: 0)));
        var packer = new WeightPacker(file, 64);
        packer.Distances("t", buckets: 8, heads: 2, length: 7, largest: isCausal ? 12 : 4, isCausal, scale: 0.5f, offset: 3, stride: 20);
        float[] expected = [.. buckets.Split(' ').Select(bucket => 2 * float.Parse(bucket, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(expected.Select(bias => 2 * bias), packer.Memory.Span.Slice(3, 13).ToArray());
        Assert.Equal(expected.Select(bias => 2 * (bias + 1)), packer.Memory.Span.Slice(23, 13).ToArray());
    }

    [Fact]
    public void A_bias_that_its_scale_makes_infinite_is_refused()
    {
        using SafeTensors file = Checkpoint(("t", [2, 1], [1, 3e38f]));
        var packer = new WeightPacker(file, 64);
        packer.Distances("t", buckets: 2, heads: 1, length: 2, largest: 9, isCausal: true, scale: 0.5f, offset: 0, stride: 60);
        Assert.Contains("tensor 't': expected biases that are finite when divided by the scale 0.5, found 3E+38", Assert.Throws<WeightsException>(() => packer.Complete([], [], [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WeightFormat.Float32, false)]
    [InlineData(WeightFormat.Float32, true)]
    [InlineData(WeightFormat.BFloat16, false)]
    public void A_norm_is_folded_into_weights_and_bias(WeightFormat format, bool isTransposed)
    {
        using SafeTensors file = Checkpoint(
            ("w", isTransposed ? [3, 2] : [2, 3], isTransposed ? [1, 4, 2, 5, 3, 6] : [1, 2, 3, 4, 5, 6]), ("b", [2], [7, 8]), ("gamma", [2], [2, -3]), ("beta", [2], [0.5f, 1]), ("mean", [2], [1, 2]), ("variance", [2], [3, 15]));
        var packer = new WeightPacker(file, 3 * 16 + 16);
        BatchNorm Norm() => packer.BatchNorm("gamma", "beta", "mean", "variance", count: 2, epsilon: 1);
        var panels = new PanelWidths(16, 1, 0);
        if (isTransposed)
            packer.ProductOfTransposed("w", outputs: 2, inputs: 3, first: 0, count: 2, offset: 0, column: 0, panels, format, norm: Norm());
        else
            packer.Product("w", outputs: 2, inputs: 3, first: 0, count: 2, offset: 0, column: 0, panels, format, norm: Norm());
        packer.Bias("b", total: 2, first: 0, count: 2, offset: 48, norm: Norm());
        packer.Complete([], [], []);
        float Weight(int input, int output) => format == WeightFormat.Float32 ? packer.Memory.Span[(input * 16) + output]
            : BitConverter.Int32BitsToSingle(System.Runtime.InteropServices.MemoryMarshal.Cast<float, ushort>(packer.Memory.Span)[(input * 16) + output] << 16);

        // The factors are 2 / 2 and −3 / 4.
        Assert.Equal([1, 2, 3, -3, -3.75f, -4.5f], Enumerable.Range(0, 6).Select(i => Weight(i % 3, i / 3)));
        Assert.Equal([6.5f, -3.5f], packer.Memory.Span.Slice(48, 2).ToArray());

        packer.Bias(null, total: 2, first: 0, count: 2, offset: 50, norm: Norm());
        Assert.Equal([-0.5f, 2.5f], packer.Memory.Span.Slice(50, 2).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_of_stacked_matrices_is_packed(bool isTransposed)
    {
        float[] values = Values(12);
        using SafeTensors file = Checkpoint(("w", isTransposed ? [2, 3, 2] : [2, 2, 3], values));
        var packer = new WeightPacker(file, 3 * 16);
        var panels = new PanelWidths(16, 1, 0);
        if (isTransposed)
            packer.ProductOfTransposed("w", outputs: 2, inputs: 3, first: 0, count: 2, offset: 0, column: 0, panels, stacked: 2, index: 1);
        else
            packer.Product("w", outputs: 2, inputs: 3, first: 0, count: 2, offset: 0, column: 0, panels, stacked: 2, index: 1);
        packer.Complete([], [], []);
        for (int i = 0; i < 6; i++)
            Assert.Equal(values[6 + (isTransposed ? (i % 3 * 2) + (i / 3) : i)], packer.Memory.Span[(i % 3 * 16) + (i / 3)]);
    }

    [Fact]
    public void A_norm_of_what_is_no_variance_is_refused()
    {
        using SafeTensors file = Checkpoint(("gamma", [2], [2, 3]), ("beta", [2], [1, 1]), ("mean", [2], [1, 2]), ("variance", [2], [3, -1]));
        var packer = new WeightPacker(file, 16);
        packer.BatchNorm("gamma", "beta", "mean", "variance", count: 2, epsilon: 1);
        Assert.Contains("tensor 'variance': expected variances, found one below zero at [1]", Assert.Throws<WeightsException>(() => packer.Complete([], [], [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 16, 1, 0)]
    [InlineData(3, 17, 16, 2, 0)]
    [InlineData(128, 48, 16, 3, 0)]
    [InlineData(33, 128, 48, 2, 32)]
    [InlineData(17, 97, 48, 2, 32)]
    [InlineData(16, 70, 48, 2, 32)]
    [InlineData(5, 31, 8, 4, 0)]
    [InlineData(100, 13, 8, 2, 0)]
    [InlineData(31, 100, 0, 0, 24)]
    [InlineData(47, 55, 5, 3, 7)]
    [InlineData(512, 87, 48, 1, 16)]
    public void A_product_is_transposed_into_panels(int inputs, int columns, int first, int firstCount, int rest)
    {
        PanelWidths panels = new(first, firstCount, rest);
        float[] weights = Values(columns * inputs);
        using SafeTensors source = Checkpoint(("w", [columns, inputs], weights));
        float[] expected = Packed(weights, inputs, columns, panels, offset: 5);
        WeightPacker packer = new(source, expected.Length);

        packer.Product("w", columns, inputs, 0, columns, 5, 0, panels);

        Assert.Equal(expected, packer.Memory.Span.ToArray());

        // Rows of a tied table are read back from there, with zeros up to whole groups and nothing written behind these.
        int padded = (inputs + 15) / 16 * 16;
        float[] row = new float[padded + 1];
        for (int column = 0; column < columns; column++)
        {
            row.AsSpan().Fill(-1);
            PanelRow.Copy(ref packer.Memory.Span[5], column, panels, inputs, WeightFormat.Float32, ref row[0]);
            Assert.Equal([.. weights.AsSpan(column * inputs, inputs), .. new float[padded - inputs], -1], row);
        }
    }

    [Theory]
    [InlineData(48, 2, 32)]
    [InlineData(16, 10, 0)]
    [InlineData(8, 18, 0)]
    public void Pieces_of_several_tensors_fuse_into_one_product(int first, int firstCount, int rest)
    {
        const int Inputs = 37;
        PanelWidths panels = new(first, firstCount, rest);

        // Columns 0–49 are outputs 20–69 of a, 50–52 all of b, 53–141 outputs 0–88 of a.
        float[] a = Values(100 * Inputs);
        float[] b = Values(3 * Inputs, from: 100_000);
        using SafeTensors source = Checkpoint(("a", [100, Inputs], a), ("b", [3, Inputs], b));
        float[] fused = [.. a[(20 * Inputs)..(70 * Inputs)], .. b, .. a[..(89 * Inputs)]];
        float[] expected = Packed(fused, Inputs, 142, panels, offset: 0);
        WeightPacker packer = new(source, expected.Length);

        packer.Product("a", 100, Inputs, 0, 89, 0, 53, panels);
        packer.Product("b", 3, Inputs, 0, 3, 0, 50, panels);
        packer.Product("a", 100, Inputs, 20, 50, 0, 0, panels);

        Assert.Equal(expected, packer.Memory.Span.ToArray());
    }

    /// <summary>The definition of the packed form, element by element, for weights [columns][inputs].</summary>
    private static float[] Packed(float[] weights, int inputs, int columns, PanelWidths panels, int offset)
    {
        List<(int Start, int Width)> cuts = [];
        int end = 0;
        for (int width; end < columns; end += width)
        {
            width = cuts.Count < panels.FirstCount ? panels.First : panels.Rest;
            cuts.Add((end, width));
        }

        float[] packed = new float[offset + (inputs * end)];
        for (int c = 0; c < columns; c++)
        {
            (int start, int width) = cuts.Last(cut => cut.Start <= c);
            for (int k = 0; k < inputs; k++)
                packed[offset + (inputs * start) + (k * width) + (c - start)] = weights[(c * inputs) + k];
        }

        return packed;
    }

    [Fact]
    public void A_part_of_a_vector_and_the_rows_of_a_table_go_where_they_should()
    {
        using SafeTensors source = Checkpoint(("v", [9], Values(9)), ("t", [2, 3], Values(6)));
        WeightPacker packer = new(source, 12);
        packer.Vector("v", 9, 6, 2, 1);
        packer.Table("t", 2, 3, 0, 2, 4, 5);
        Assert.Equal([0, 7, 8, 0, 1, 2, 3, 0, 0, 4, 5, 6], packer.Memory.Span.ToArray());
    }

    [Fact]
    public void Rows_of_a_table_may_begin_anywhere()
    {
        using SafeTensors source = Checkpoint(("t", [4, 3], Values(12)));
        WeightPacker packer = new(source, 6);
        packer.Table("t", 4, 3, 2, 2, 0, 3);
        Assert.Equal([7, 8, 9, 10, 11, 12], packer.Memory.Span.ToArray());
    }

    [Fact]
    public void Leading_ones_and_a_last_size_in_parts_are_the_same_shape()
    {
        using SafeTensors source = Checkpoint(("v", [1, 1, 3], Values(3)), ("t", [1, 2, 3], Values(6)), ("w", [2, 2, 1, 2], Values(8)), ("one", [1, 1], Values(1)));
        WeightPacker packer = new(source, 32);
        packer.Vector("v", 3, 0, 3, 0);
        packer.Vector("one", 1, 0, 1, 3);
        packer.Table("t", 2, 3, 0, 2, 4, 3);
        packer.Product("w", 2, 4, 0, 2, 16, 0, new PanelWidths(2, 1, 0));
        Assert.Equal([1, 2, 3, 1, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 1, 5, 2, 6, 3, 7, 4, 8], packer.Memory.Span[..24].ToArray());
        Refused(source, packer => packer.Product("w", 4, 2, 0, 4, 16, 0, new PanelWidths(4, 1, 0)), "tensor 'w': expected shape [4, 2], found [2, 2, 1, 2]");
    }

    [Fact]
    public void A_tensor_that_the_metadata_calls_the_same_as_another_is_that_one()
    {
        using SafeTensors source = SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf(
            """{"__metadata__":{"model.shared.weight":"lm_head.weight","lost":"nowhere"},"lm_head.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""",
            [.. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f)])));
        WeightPacker packer = new(source, 2);
        packer.Table("model.shared.weight", 2, 1, 0, 2, 0, 1);
        Assert.Equal([3, 4], packer.Memory.Span.ToArray());
        Refused(source, packer => packer.Table("lost", 2, 1, 0, 2, 0, 1), "expected a tensor 'lost' of shape [2, 1], found none");
    }

    [Fact]
    public void Weights_stored_input_by_output_pack_as_their_transpose()
    {
        // Output × input [5, 3] and the same transposed; outputs 1 to 4 become columns 2 to 5 of panels of 4.
        float[] weights = Values(15);
        using SafeTensors source = Checkpoint(("w", [5, 3], weights), ("t", [3, 5], [.. Enumerable.Range(0, 15).Select(i => weights[(i % 5 * 3) + (i / 5)])]));
        WeightPacker straight = new(source, 24), transposed = new(source, 24);
        PanelWidths panels = new(4, 2, 0);
        straight.Product("w", 5, 3, 1, 4, 0, 2, panels);
        transposed.ProductOfTransposed("t", 5, 3, 1, 4, 0, 2, panels);
        Assert.Contains(15f, straight.Memory.Span.ToArray());
        Assert.Equal(straight.Memory.Span.ToArray(), transposed.Memory.Span.ToArray());
    }

    [Theory]
    [InlineData(9, 6, 16)]
    [InlineData(5, 7, 7)]
    public void Sinusoidal_halves_are_the_sinusoids_with_the_sines_first(int length, int width, int stride)
    {
        using SafeTensors source = Checkpoint();
        WeightPacker together = new(source, length * stride), apart = new(source, length * stride);
        together.Sinusoidal(length, width, 0, stride);
        apart.SinusoidalHalves(length, width, 0, stride);
        for (int p = 0; p < length; p++)
        {
            float[] row = together.Memory.Span.Slice(p * stride, width).ToArray();
            Assert.Equal([.. row.Where((_, i) => i % 2 == 0), .. row.Where((_, i) => i % 2 == 1)], apart.Memory.Span.Slice(p * stride, width).ToArray());
        }
    }

    [Theory]
    [InlineData(32, 128, 144)]
    [InlineData(3, 7, 7)]
    [InlineData(5, 1, 16)]
    public void Sinusoidal_positions_are_the_definition_rounded_once(int length, int width, int stride)
    {
        using SafeTensors source = Checkpoint();
        WeightPacker packer = new(source, 3 + (length * stride));
        packer.Sinusoidal(length, width, 3, stride);

        float[] expected = new float[3 + (length * stride)];
        for (int p = 0; p < length; p++)
        {
            for (int i = 0; 2 * i < width; i++)
            {
                double angle = p * Math.Pow(10000, -2.0 * i / width);
                expected[3 + (p * stride) + (2 * i)] = (float)Math.Sin(angle);
                if ((2 * i) + 1 < width)
                    expected[3 + (p * stride) + (2 * i) + 1] = (float)Math.Cos(angle);
            }
        }

        Assert.Equal(expected, packer.Memory.Span.ToArray());
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused_by_name_and_shape()
    {
        using SafeTensors source = Checkpoint(
            ("layers.0.weight", [3, 4], Values(12)), ("layers.0.bias", [3], Values(3)), ("row", [1, 3], Values(3)));
        PanelWidths panels = new(16, 1, 0);

        Refused(
            source,
            packer => packer.Product("layers.0.weight", 4, 3, 0, 4, 0, 0, panels),
            "tensor 'layers.0.weight': expected shape [4, 3], found [3, 4]");
        Refused(source, packer => packer.Table("layers.0.weight", 3, 5, 0, 3, 0, 16), "tensor 'layers.0.weight': expected shape [3, 5], found [3, 4]");
        Refused(source, packer => packer.Vector("layers.0.bias", 4, 0, 4, 0), "tensor 'layers.0.bias': expected shape [4], found [3]");
        Refused(source, packer => packer.Vector("row", 4, 0, 4, 0), "tensor 'row': expected shape [4], found [1, 3]");
        Refused(source, packer => packer.Vector("layers.0.weight", 12, 0, 12, 0), "tensor 'layers.0.weight': expected shape [12], found [3, 4]");
        Refused(
            source,
            packer => packer.Vector("layer.0.bias", 3, 0, 3, 0),
            "expected a tensor 'layer.0.bias' of shape [3], found none; the nearest of its 3 unread tensors is 'layers.0.bias' of shape [3]");

        using SafeTensors integers = SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf(
            """{"i":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}""", 1, 0, 0, 0)));
        Refused(integers, packer => packer.Vector("i", 1, 0, 1, 0), "tensor 'i': expected dtype F64, F32, F16 or BF16, found 'I32'");
    }

    /// <summary>What does not fit is left out and told in the end, with the file, and nothing else.</summary>
    private static void Refused(SafeTensors source, Action<WeightPacker> pack, string message)
    {
        WeightPacker packer = new(source, 256);
        pack(packer);
        Assert.False(packer.Memory.Span.ContainsAnyExcept(0f));
        WeightsException refusal = Assert.Throws<WeightsException>(() => packer.Complete([], [], ["*"]));
        Assert.StartsWith(message, Assert.Single(refusal.Misfits), StringComparison.Ordinal);
        Assert.Equal($"safetensors stream: {refusal.Misfits[0]}.", refusal.Message);
    }

    [Fact]
    public void Nothing_is_written_outside_the_memory_nor_read_outside_the_tensor()
    {
        using SafeTensors source = Checkpoint(("w", [16, 4], Values(64)), ("v", [4], Values(4)));
        WeightPacker packer = new(source, 64);
        PanelWidths panels = new(16, 1, 0);

        Outside(() => packer.Vector("v", 4, 0, 4, 61));
        Outside(() => packer.Vector("v", 4, 0, 4, -1));
        Outside(() => packer.Vector("v", 4, 1, 4, 0));
        Outside(() => packer.Vector("v", 4, -1, 4, 0));
        Outside(() => packer.Table("w", 16, 4, 0, 16, 1, 4));
        Outside(() => packer.Table("w", 16, 4, 0, 16, 0, 3));
        Outside(() => packer.Table("w", 16, 4, 1, 16, 0, 4));
        Outside(() => packer.Table("w", 16, 4, -1, 2, 0, 4));
        Outside(() => packer.ProductOfTransposed("w", 4, 16, 1, 4, 0, 0, panels));
        Outside(() => packer.ProductOfTransposed("w", 4, 16, 0, 4, 1, 0, new PanelWidths(4, 1, 0)));
        Outside(() => packer.Sinusoidal(17, 4, 0, 4));
        Outside(() => packer.Product("w", 16, 4, 0, 16, 1, 0, panels));
        Outside(() => packer.Product("w", 16, 4, 0, 16, 0, 1, panels));
        Outside(() => packer.Product("w", 16, 4, 0, 16, 0, -1, panels));
        Outside(() => packer.Product("w", 16, 4, 1, 16, 0, 0, panels));
        Outside(() => packer.Product("w", 16, 4, 0, 16, 0, 0, new PanelWidths(0, 0, 0)));
        Outside(() => packer.Product("w", 16, 4, 0, 16, 0, 0, new PanelWidths(-16, 1, 16)));
        Outside(() => packer.Product("w", 16, 4, 0, 16, int.MaxValue, 16, new PanelWidths(0, 0, 16)));
        Outside(() => packer.Product("w", 16, 4, 0, 16, long.MaxValue, 16, new PanelWidths(0, 0, 16)));

        static void Outside(Action pack) => Assert.Throws<ArgumentOutOfRangeException>(pack);
    }

    [Fact]
    public void A_scalar_has_no_dimension_or_one_of_1()
    {
        WeightPacker packer = new(Checkpoint(("a", [], [3]), ("b", [1], [4])), 32);
        packer.Scalar("a", 0);
        packer.Scalar("b", 16);
        packer.Complete([], [], []);
        Assert.Equal([3, 4], new[] { packer.Memory.Span[0], packer.Memory.Span[16] });
        WeightPacker misfit = new(Checkpoint(("a", [2], [3, 4])), 16);
        misfit.Scalar("a", 0);
        misfit.Scalar("c", 0);
        string message = Assert.Throws<WeightsException>(() => misfit.Complete([], [], [])).Message;
        Assert.Contains("expected shape [1], found [2]", message);
        Assert.Contains("'c'", message);
    }

    [Fact]
    public void A_gate_multiplies_biases_and_scales()
    {
        WeightPacker packer = new(Checkpoint(("g", [1], [0.5f]), ("b", [3], [1, 2, -4])), 64);
        packer.Vector("b", 3, 0, 3, 0);
        packer.Gate("g", biases: 0, columns: 16, hasScales: false);
        packer.Vector("b", 3, 0, 3, 32);
        packer.Memory.Span.Slice(48, 2).Fill(8);
        packer.Gate("g", biases: 32, columns: 16, hasScales: true);
        packer.Complete([], [], []);
        float gate = (float)Math.Tanh(0.5);
        Assert.Equal([gate, 2 * gate, -4 * gate, 0], packer.Memory.Span[..4].ToArray());
        Assert.Equal([.. Enumerable.Repeat(gate, 16)], packer.Memory.Span.Slice(16, 16).ToArray());
        Assert.Equal([8 * gate, 8 * gate, 0], packer.Memory.Span.Slice(48, 3).ToArray());
    }

    [Fact]
    public void Factors_multiply_the_biases_and_scales_of_their_columns()
    {
        WeightPacker packer = new(Checkpoint(("g", [1, 1, 3], [0.5f, -2, 3]), ("b", [3], [1, 2, -4])), 64);
        packer.Vector("b", 3, 0, 3, 0);
        packer.LayerScale("g", count: 3, biases: 0, columns: 16, hasScales: false);
        packer.Memory.Span.Slice(48, 2).Fill(8);
        packer.LayerScale("g", count: 3, biases: 32, columns: 16, hasScales: true);
        packer.Complete([], [], []);
        Assert.Equal([0.5f, -4, -12, 0], packer.Memory.Span[..4].ToArray());
        Assert.Equal([0.5f, -2, 3, 1], packer.Memory.Span.Slice(16, 4).ToArray());
        Assert.Equal([4, -16, 0, 0], packer.Memory.Span.Slice(48, 4).ToArray());
        WeightPacker misfit = new(Checkpoint(("g", [1], [0.5f])), 64);
        misfit.LayerScale("g", count: 3, biases: 0, columns: 16, hasScales: false);
        Assert.Contains("expected shape [3], found [1]", Assert.Throws<WeightsException>(() => misfit.Complete([], [], [])).Message);
    }

    [Fact]
    public void Lines_and_columns_are_summed()
    {
        WeightPacker packer = new(Checkpoint(("l", [1, 3, 1, 2], [10, 20, 30, 40, 50, 60]), ("c", [1, 1, 2, 2], [1, 2, 3, 4])), 64);
        packer.Axial("l", 3, "c", 2, rows: 3, width: 2, offset: 16, stride: 16);
        packer.Complete([], [], []);
        Assert.Equal([11, 22, 13, 24, 31, 42, 0, 0], new[] { 16, 32, 48, 0 }.SelectMany(row => packer.Memory.Span.Slice(row, 2).ToArray()));
    }
}
