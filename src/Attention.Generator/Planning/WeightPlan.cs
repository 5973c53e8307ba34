using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>A stretch of the packed weights.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Stage">The stage's place in the declaration.</param>
/// <param name="Section">Where it is used.</param>
/// <param name="Layer">The layer, −1 outside of the layers; <c>{layer}</c> in the tensor's name stands for it.</param>
internal abstract record PackedWeight(long Offset, int Stage, Section Section, int Layer);

/// <summary>Rows of a table from <paramref name="First"/> on, each <paramref name="Stride"/> apart; without a tensor, computed ones.</summary>
internal sealed record PackedTable(long Offset, int Stage, Section Section, int Layer, string? Tensor, int Total, int First, int Rows, int Columns, int Stride, Computed? Computed) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>Rows that are the sum of one of <paramref name="Lines"/> and one of <paramref name="Columns"/>, tables of so many rows, in which a line has all columns.</summary>
internal sealed record PackedAxial(long Offset, int Stage, Section Section, int Layer, string Lines, int LineCount, string Columns, int ColumnCount, int Rows, int Width, int Stride) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A vector, or part of one, padded with zeros to whole groups of 16.</summary>
/// <param name="Plus">What is added to each of its elements.</param>
internal sealed record PackedVector(long Offset, int Stage, Section Section, int Layer, string Tensor, int Total, int First, int Count, Pieces Pieces, int Plus = 0) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>
/// Weights of a product, inputs × outputs, in the panels of the product's tiles; <paramref name="Count"/> rows of the
/// tensor from <paramref name="First"/> on, or columns of a transposed one, become the columns from <paramref name="Column"/> on. Of the
/// tensor's inputs they are <paramref name="Inputs"/> from <paramref name="FirstInput"/> on.
/// </summary>
/// <param name="PanelWidth">The width of all panels where an operation of its own reads them; null where the instruction set's tiles say it.</param>
internal sealed record PackedProduct(long Offset, int Stage, Section Section, int Layer, string Tensor, bool Transposed, int TensorRows, int First, int Count, int Inputs, int FirstInput, int AllInputs, int Outputs, int Column, WeightFormat Format, int? PanelWidth = null)
    : PackedWeight(Offset, Stage, Section, Layer)
{
    /// <summary>The pieces in which its rows lie in the tensor.</summary>
    public Pieces Pieces { get; init; } = new(1, 0);

    /// <summary>How large the whole numbers are, where it multiplies such; null where its weights become floats.</summary>
    public IntegerLevel? Level { get; init; }

    /// <summary>Whether its int8 is interleaved.</summary>
    public bool IsInterleaved => Level is null && Format.IsInterleaved(Inputs);

    /// <summary>Floats in whose place its panels stand.</summary>
    public long PanelFloats => Format.PanelFloats(Inputs, Outputs, Level);

    /// <summary>The norm that is folded in, null for none.</summary>
    public PackedNorm? Norm { get; init; }

    /// <summary>Whether it is a table's, of which a checkpoint may have copies.</summary>
    public bool IsTable { get; init; }

    /// <summary>How many maps stand one behind the other in the tensor.</summary>
    public int Stacked { get; init; } = 1;

    /// <summary>Which of them it is.</summary>
    public int Index { get; init; }
}

/// <summary>A bias into which a norm is folded; without a tensor, what the norm leaves of zeros.</summary>
internal sealed record PackedBias(long Offset, int Stage, Section Section, int Layer, string? Tensor, int Total, int First, int Count, PackedNorm Norm) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>What a table of buckets adds to scores at each distance of query and key, those of a head <paramref name="Stride"/> apart.</summary>
/// <param name="Largest">The distance from which on all are in the last bucket.</param>
internal sealed record PackedDistances(long Offset, int Stage, string Tensor, int Buckets, int Heads, int Length, int Largest, bool IsCausal, float Scale, int Stride) : PackedWeight(Offset, Stage, Section.Stem, -1);

/// <summary>What a map makes of the rows of a table of relative positions, at each distance, in panels of each head.</summary>
/// <param name="Largest">The distance from which on all are in the last bucket of a side; null where each bucket holds a distance.</param>
/// <param name="Columns">How many columns a head's panels have.</param>
/// <param name="IsAscending">Whether the farthest key comes first rather than the farthest query.</param>
internal sealed record PackedPositions(long Offset, int Stage, Section Section, int Layer, PositionTable Table, PositionMap Map, int Heads, int Length, int? Largest, int Columns, bool IsAscending) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A table of relative positions and its norm, by the names of the tensors.</summary>
internal sealed record PositionTable(string Tensor, int Rows, int Width, string? Norm, string? NormBias, float Epsilon);

/// <summary>A linear map of its rows, and the bias of that.</summary>
internal sealed record PositionMap(TensorBinding Weight, TensorBinding? Bias, int Outputs);

/// <summary>The tensors of a batch norm.</summary>
internal sealed record PackedNorm(string Weight, string Bias, string Mean, string Variance, float Epsilon);

/// <summary>What multiplies the biases that begin here, and the scales behind them, or becomes those where the format has none.</summary>
internal sealed record PackedGate(long Offset, int Stage, Section Section, int Layer, Gate Kind, string Tensor, int Count, int Columns, bool HasScales) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>Gives every weight its place, in the order of use. What is read twice in one form is packed once.</summary>
internal sealed class WeightPlan(NamedGraph named)
{
    private readonly List<PackedWeight> _weights = [];
    private readonly Dictionary<(Form Form, EquatableArray<int?> Parameters), long> _placed = [];

    /// <summary>How many floats all of it takes.</summary>
    public long Floats { get; private set; }

    public EquatableArray<PackedWeight> Weights => _weights.ToEquatableArray();

    private long Reserve(long floats)
    {
        long offset = Floats;
        Floats += Padding.Whole(floats);
        return offset;
    }

    /// <summary>A place for one number.</summary>
    public long Scalar() => Reserve(1);

    /// <summary>The forms in which parameters are packed.</summary>
    private enum Form
    {
        Table,
        Vectors,
        VectorPlusOne,
        Product,
        Panels,
        Distances,
        Positions,
    }

    /// <summary>The place of parameters in a form, found by <paramref name="place"/> when it is first asked for.</summary>
    private long Once(Form form, IEnumerable<int?> parameters, Func<long> place)
    {
        (Form, EquatableArray<int?>) key = (form, parameters.ToEquatableArray());
        if (!_placed.TryGetValue(key, out long offset))
        {
            offset = place();
            _placed.Add(key, offset);
        }

        return offset;
    }

    /// <summary>The rows of a table, a stride apart.</summary>
    public long Table(int parameter) => Once(Form.Table, [parameter], () =>
    {
        Parameter table = named.Graph.Parameters[parameter];
        int stride = Padding.Stride(table.Columns);
        long floats = (long)table.Rows * stride, offset = Reserve(table.Computed is Rotations ? checked((int)floats) : floats); // rotations are computed into one span
        Fill(table, offset, stride);
        return offset;
    });

    private void Fill(Parameter table, long offset, int stride)
    {
        TensorBinding Of(int parameter) => named.Bindings[parameter];
        switch (table.Computed)
        {
            case Stack stack:
                foreach (Parameter part in stack.Tables.Select(part => named.Graph.Parameters[part]))
                {
                    Fill(part, offset, stride);
                    offset += (long)part.Rows * stride;
                }

                break;
            case AxialSum axial:
                _weights.Add(new PackedAxial(
                    offset, table.Stage, Section.Stem, -1, TensorOf(axial.Lines), Of(axial.Lines).Rows, TensorOf(axial.Columns), Of(axial.Columns).Rows, table.Rows, table.Columns, stride));
                break;
            case null or Sinusoids or Rotations:
                TensorBinding binding = Of(table.Id);
                _weights.Add(new PackedTable(
                    offset, table.Stage, Section.Stem, -1, binding.Template, binding.Rows, binding.First, table.Rows, table.Columns, stride, table.Computed));
                break;
        }
    }

    /// <summary>Vectors of one length, one behind the other; room of zeros where there is none.</summary>
    public long Vectors(Spot spot, int length, params int?[] parameters) => Once(Form.Vectors, parameters, () =>
    {
        int padded = Padding.Up(length, Measures.Group);
        long offset = Reserve((long)parameters.Length * padded);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] is int parameter)
                Vector(parameter, offset + ((long)i * padded), spot);
        }

        return offset;
    });

    /// <summary>One vector, to each element of which a number is added.</summary>
    public long Vector(Spot spot, int parameter, int plus) => Once(plus == 0 ? Form.Vectors : Form.VectorPlusOne, [parameter], () =>
    {
        long offset = Reserve(Padding.Up(named.Graph.Parameters[parameter].Rows, Measures.Group));
        Vector(parameter, offset, spot, plus);
        return offset;
    });

    /// <summary>Panels of stacked weights, behind them the biases of all columns, and behind these the scales where the format has any, or a gate, and of whole numbers their sums.</summary>
    public long Product(Spot spot, EquatableArray<int> weights, EquatableArray<int?> biases, WeightFormat format, BatchStatistics? statistics = null, Gating? gate = null, IntegerLevel? level = null) => Once(Form.Product, weights.Select(weight => (int?)weight).Concat(biases).Append(statistics?.Weight).Append(gate?.Parameter).Append((int?)level?.Format), () =>
    {
        PackedNorm? norm = statistics is null ? null
            : new PackedNorm(TensorOf(statistics.Weight), TensorOf(statistics.Bias), TensorOf(statistics.Mean), TensorOf(statistics.Variance), statistics.Epsilon);
        Parameter[] parameters = [.. weights.Select(id => named.Graph.Parameters[id])];
        int inputs = parameters[0].Columns, padded = Padding.Up(parameters.Sum(weight => weight.Rows), Measures.Group);
        if (level is not null)
            format = WeightFormat.Int8;
        long panels = format.PanelFloats(inputs, padded, level);
        long offset = Reserve(panels + ((level is not null ? 3 : format.HasScales() || gate is not null ? 2 : 1) * padded));
        int column = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            Parameter weight = parameters[i];
            TensorBinding binding = named.Bindings[weight.Id];
            _weights.Add(new PackedProduct(
                offset, spot.Origin.Stage, spot.Section, weight.Layer, binding.Template!, binding.Transposed, binding.Rows, binding.First, weight.Rows, inputs,
                weight.FirstColumn, weight.AllColumns, padded, column, format) { Norm = norm, Pieces = binding.Pieces, Level = level, IsTable = weight.Tensor.Role.Kind == RoleKind.Table });
            long behind = offset + panels + column;
            if (norm is not null)
                _weights.Add(BiasOf(biases[i], behind, spot, named.Graph.Parameters[statistics!.Weight].Layer, weight.Rows, norm));
            else if (biases[i] is int bias)
                Vector(bias, behind, spot);
            column += weight.Rows;
        }

        if (gate is Gating gating)
        {
            Parameter factors = named.Graph.Parameters[gating.Parameter];
            _weights.Add(new PackedGate(offset + panels, spot.Origin.Stage, spot.Section, factors.Layer, gating.Kind, TensorOf(factors.Id), factors.Rows, padded, format.HasScales()));
        }

        return offset;
    });

    /// <summary>Panels of one width, behind them the bias of all columns, zero without one; of stacked maps, one map behind the other. Always floats.</summary>
    public long Panels(Spot spot, int weight, int? bias, int width) => Once(Form.Panels, [weight, bias, width], () =>
    {
        Parameter map = named.Graph.Parameters[weight];
        TensorBinding binding = named.Bindings[weight];
        int rows = map.Rows / map.Stacked, padded = Padding.Up(rows, width), panels = checked(map.Stacked * map.Columns * padded);
        long offset = Reserve((long)panels + padded);
        for (int i = 0; i < map.Stacked; i++)
        {
            int first = map.Stacked == 1 ? binding.First : 0, all = map.Stacked == 1 ? binding.Rows : rows;
            _weights.Add(new PackedProduct(
                offset + (i * map.Columns * padded), spot.Origin.Stage, spot.Section, map.Layer, binding.Template!, binding.Transposed, all, first, rows, map.Columns, 0, map.Columns, padded, 0, WeightFormat.Float32, width)
            {
                Stacked = map.Stacked, Index = i, Pieces = binding.Pieces,
            });
        }

        if (bias is int added)
            Vector(added, offset + panels, spot);
        return offset;
    });

    /// <summary>What a table of buckets adds to scores, for each head and distance.</summary>
    public long Distances(int parameter, int heads, int length, int largest, bool isCausal, float scale, int stride) => Once(Form.Distances, [parameter], () =>
    {
        Parameter table = named.Graph.Parameters[parameter];
        long offset = Reserve(checked(heads * stride));
        _weights.Add(new PackedDistances(offset, table.Stage, TensorOf(parameter), table.Rows, heads, length, largest, isCausal, scale, stride));
        return offset;
    });

    /// <summary>The keys of relative positions, and behind them the queries, as far as there are any: for each head a column for each distance.</summary>
    public long Positions(Spot spot, RelativePositions positions, int heads, int length, int? largest, int columns) => Once(Form.Positions, [positions.Table, positions.Keys?.Weight, positions.Queries?.Weight], () =>
    {
        Parameter rows = named.Graph.Parameters[positions.Table];
        var table = new PositionTable(
            TensorOf(positions.Table), rows.Rows, rows.Columns, positions.Norm is int norm ? TensorOf(norm) : null, positions.NormBias is int added ? TensorOf(added) : null, positions.Epsilon);
        LinearMap[] maps = [.. new[] { positions.Keys, positions.Queries }.OfType<LinearMap>()];
        long floats = checked((long)named.Graph.Parameters[maps[0].Weight].Rows * columns), offset = Reserve(checked(maps.Length * floats));
        for (int i = 0; i < maps.Length; i++)
        {
            Parameter map = named.Graph.Parameters[maps[i].Weight];
            _weights.Add(new PackedPositions(
                offset + (i * floats), spot.Origin.Stage, spot.Section, map.Layer, table,
                new PositionMap(named.Bindings[map.Id], maps[i].Bias is int bias ? named.Bindings[bias] : null, map.Rows), heads, length, largest, columns, IsAscending: maps[i] == positions.Queries));
        }

        return offset;
    });

    private string TensorOf(int parameter) => named.Bindings[parameter].Template!;

    private PackedBias BiasOf(int? bias, long offset, Spot spot, int layer, int count, PackedNorm norm)
    {
        TensorBinding? binding = bias is int parameter ? named.Bindings[parameter] : null;
        return new PackedBias(offset, spot.Origin.Stage, spot.Section, layer, binding?.Template, binding?.Rows ?? count, binding?.First ?? 0, count, norm);
    }

    private void Vector(int parameter, long offset, Spot spot, int plus = 0)
    {
        TensorBinding binding = named.Bindings[parameter];
        _weights.Add(new PackedVector(offset, spot.Origin.Stage, spot.Section, named.Graph.Parameters[parameter].Layer, binding.Template!, binding.Rows, binding.First, named.Graph.Parameters[parameter].Rows, binding.Pieces, plus));
    }
}
