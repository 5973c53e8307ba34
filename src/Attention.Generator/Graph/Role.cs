namespace Attention.Generator.Graph;

/// <summary>What form a trained array has.</summary>
internal enum RoleKind
{
    /// <summary>A linear map, outputs × inputs, which may have a bias.</summary>
    Map,

    /// <summary>The weight of a norm, which may have a bias.</summary>
    Norm,

    /// <summary>A table, entries × channels.</summary>
    Table,

    /// <summary>One row.</summary>
    Row,
}

/// <summary>What a trained array is for; with a layout this gives its name.</summary>
/// <param name="Name">The member of the DSL's <c>TensorRole</c> that it belongs to.</param>
/// <param name="Kind">Its form.</param>
/// <param name="IsOfStage">Whether it is the stage's rather than the part's, so that a part's <c>Name</c> leaves it alone.</param>
internal sealed record Role(string Name, RoleKind Kind, bool IsOfStage = false);

/// <summary>A role's weight or its bias.</summary>
internal readonly record struct Tensor(Role Role, bool IsBias = false);

/// <summary>An array that no checkpoint has, because it is computed.</summary>
internal abstract record Computed;

/// <summary>Sinusoidal positions, from <paramref name="First"/> on.</summary>
internal sealed record Sinusoids(PositionKind Kind, int First = 0) : Computed;

/// <summary>Rotary positions: cosines and sines of the angles by which pairs of channels turn at each position.</summary>
/// <param name="Width">Channels of a head that turn, two a pair.</param>
/// <param name="IsInterleaved">Whether neighbours are pairs, rather than channels half the width apart.</param>
internal sealed record Rotations(int Width, bool IsInterleaved, RotaryFrequencies Frequencies) : Computed
{
    /// <summary>What the angle of each pair is divided by besides; none for 1.</summary>
    public EquatableArray<double> Factors { get; init; }

    /// <summary>Of a row of the table: cosines, then sines, both in whole groups.</summary>
    public int Columns => 2 * Measures.Whole(IsInterleaved ? Width : Width / 2);
}

/// <summary>Row <c>r</c> is the sum of row <c>r / columns</c> of one table and row <c>r mod columns</c> of another, by the ids of the parameters.</summary>
internal sealed record AxialSum(int Lines, int Columns) : Computed;

/// <summary>Tables one below the other, by the ids of the parameters.</summary>
internal sealed record Stack(EquatableArray<int> Tables) : Computed;

/// <summary>Zeros.</summary>
internal sealed record Zeros : Computed;
