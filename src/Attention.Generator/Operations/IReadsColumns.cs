using Attention.Generator.Graph;

namespace Attention.Generator.Operations;

/// <summary>An operation that reads columns of values, so that maps of the same rows that only it reads can be one product.</summary>
internal interface IReadsColumns
{
    /// <summary>The columns that are read, in the order in which they would lie side by side.</summary>
    EquatableArray<Slice> Columns { get; }

    /// <summary>What such a product's buffer is called in the story; null for what the product says itself.</summary>
    string? ColumnsWord { get; }

    /// <summary>This operation with its columns elsewhere.</summary>
    Operation WithColumns(Func<Slice, Slice> moved);
}
