namespace Attention.Dsl;

/// <summary>What a checkpoint says of one tensor.</summary>
public sealed class TensorInfo
{
    internal TensorInfo(StoredTensor stored)
    {
        Name = stored.Name;
        DataType = stored.DataType;
        Shape = Array.AsReadOnly(stored.Shape);
        Elements = stored.Elements;
        Bytes = stored.End - stored.Begin;
        File = stored.File.Path;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its type as the file has it, such as <c>F32</c>, <c>BF16</c> or <c>I64</c>; a later version of the format may have others.</summary>
    public string DataType { get; }

    /// <summary>Its dimensions, outermost first; none for one number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many elements it has, the product of its dimensions.</summary>
    public long Elements { get; }

    /// <summary>How many bytes its data takes.</summary>
    public long Bytes { get; }

    /// <summary>The path of the file that it is in, of several shards that one; null where a stream was read.</summary>
    public string? File { get; }
}
