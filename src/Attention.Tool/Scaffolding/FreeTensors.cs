using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Scaffolding;

/// <summary>A tensor, with its bias, that stands around the layers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions but for ones in front of two others, or between them; none where it is not of floats.</param>
/// <param name="HasBias">Whether a bias stands beside it.</param>
internal sealed partial record FreeTensor(string Name, int[] Shape, bool HasBias)
{
    private static readonly string[] s_reading = ["src", "source", "enc", "input", "in"], s_writing = ["tgt", "trg", "target", "dec", "output", "out"];

    /// <summary>The name that a part's <c>Name</c> gives; null where it does not end as such ones do.</summary>
    public string? Stem => Name.EndsWith(".weight", StringComparison.Ordinal) ? Name[..^".weight".Length] : null;

    private string[] Words => [.. Word().Matches(Name).Select(word => word.Value.ToLowerInvariant())];

    /// <summary>Whether it stands for positions.</summary>
    public bool IsOfPositions => Words.Any(word => word.StartsWith("pos", StringComparison.Ordinal) || word is "pe" or "wpe");

    /// <summary>Whether it stands for tokens, or what is read in their place.</summary>
    public bool IsOfTokens => Words.Any(word => word.StartsWith("emb", StringComparison.Ordinal) || word.StartsWith("tok", StringComparison.Ordinal) || word.StartsWith("vocab", StringComparison.Ordinal) || word is "word" or "words" or "wte" or "lut" or "shared");

    /// <summary>Whether it stands before the layers.</summary>
    public bool IsOfSource => IsOfTokens || Words.Any(word => s_reading.Contains(word) || word is "proj" or "projection");

    /// <summary>Whether its name tells the half that it belongs to, and which: true for what is written, false for what is read.</summary>
    public bool? IsWritten => (Says(s_reading), Says(s_writing)) switch { (true, false) => false, (false, true) => true, _ => null };

    private bool Says(string[] words) => Words.Any(word => words.Any(said => said.Length > 3 || said is "enc" or "dec" ? word.StartsWith(said, StringComparison.Ordinal) : word == said));

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+")]
    private static partial Regex Word();
}

/// <summary>The tensors that a user's module has around layers, told apart by a layout's names, else by their shapes and the words of their names.</summary>
internal sealed class FreeTensors
{
    private readonly ScaffoldSource _source;
    private readonly List<FreeTensor> _tensors = [];
    private readonly HashSet<FreeTensor> _read = [];

    /// <param name="source">The checkpoint.</param>
    /// <param name="isOfLayers">Whether a name is one of the layers, and so none of these.</param>
    public FreeTensors(ScaffoldSource source, Func<string, bool> isOfLayers)
    {
        _source = source;
        foreach (TensorInfo tensor in source.Checkpoint.Tensors.Where(tensor => !isOfLayers(tensor.Name)))
        {
            string? weight = tensor.Name.EndsWith(".bias", StringComparison.Ordinal) ? tensor.Name[..^".bias".Length] + ".weight" : null;
            if (weight is not null && source.Has(weight))
                continue;
            int[] shape = tensor.DataType.Contains('F', StringComparison.Ordinal) ? [.. tensor.Shape.Select(size => (int)Math.Min(size, int.MaxValue))] : [];
            if (shape.Length > 2)
                shape = [.. shape.SkipWhile(size => size == 1)];
            if (shape is [int rows, 1, int columns])
                shape = [rows, columns];
            _tensors.Add(new FreeTensor(tensor.Name, shape, tensor.Name.EndsWith(".weight", StringComparison.Ordinal) && source.Has(tensor.Name[..^".weight".Length] + ".bias")));
        }
    }

    /// <summary>Those that nothing has taken.</summary>
    public IEnumerable<FreeTensor> Left => _tensors.Where(tensor => !_read.Contains(tensor));

    /// <summary>Takes the one that a stage has for something; null where there is none.</summary>
    /// <param name="usual">Its name in the layout.</param>
    /// <param name="what">What it is for, in messages.</param>
    /// <param name="isWritten">The half that asks: true for the one that is written; null where there is but one.</param>
    /// <param name="isLikely">Whether one of another name can be it.</param>
    /// <exception cref="ToolException">Several can be it.</exception>
    public FreeTensor? Take(string usual, string what, bool? isWritten, Func<FreeTensor, bool> isLikely)
    {
        FreeTensor[] found = [.. _tensors.Where(tensor => tensor.Name == usual)];
        if (found.Length == 0)
            found = [.. _tensors.Where(tensor => isLikely(tensor) && (isWritten is null || tensor.IsWritten is null || tensor.IsWritten == isWritten))];
        if (found.Length > 1 && isWritten is not null && found.Any(tensor => tensor.IsWritten == isWritten))
            found = [.. found.Where(tensor => tensor.IsWritten == isWritten)];
        if (found.Length > 1)
            throw new ToolException($"{_source.Checkpoint.Path}: expected one {what}, found {string.Join(", ", found.Select(tensor => tensor.Name))}; say which by 'attention rename', as 'rename {found[0].Name} -> {usual}'.");
        _read.UnionWith(found);
        return found.FirstOrDefault();
    }
}
