using System.Collections;
using Attention.Generator.Graph;

namespace Attention.Generator.Weights;

/// <summary>
/// How one checkpoint family names its tensors. Names are data: in a template <c>{prefix}</c> stands for the stage's
/// prefix, <c>{parent}</c> for the prefix without its last word, <c>{layer}</c> for the layer, <c>{n}</c> for the ordinal
/// counted from 1, <c>{n?}</c> for the same but nothing for the first, <c>{part}</c> for the sub-layer counted from 0, <c>{group}</c> for the group. Stems and ends that are
/// divided by <c>|</c> make names of one tensor, of which the first that a file has is taken. A bias without a row is called as its weight, with <c>bias</c> for
/// <c>weight</c> and <c>beta</c> for <c>gamma</c>.
/// </summary>
/// <param name="encoderPrefix">The prefix of an encoder that does not say one.</param>
/// <param name="decoderPrefix">The prefix of a decoder that does not say one.</param>
internal sealed class Layout(string encoderPrefix, string decoderPrefix) : IEnumerable<KeyValuePair<Tensor, LayoutRow>>
{
    private readonly Dictionary<Tensor, LayoutRow> _rows = [];
    private readonly Dictionary<Tensor, LayoutRow> _ofLogits = [];
    private readonly List<(HeadKind Kind, string[] Patterns)> _heads = [];

    public Layout(string prefix)
        : this(prefix, prefix)
    {
    }

    /// <summary>The rows of another layout, to which those added replace what they name.</summary>
    public Layout(string prefix, Layout from)
        : this(prefix)
    {
        foreach (KeyValuePair<Tensor, LayoutRow> row in from)
            _rows.Add(row.Key, row.Value);
        foreach (KeyValuePair<Tensor, LayoutRow> row in from._ofLogits)
            _ofLogits.Add(row.Key, row.Value);
    }

    /// <summary>The heads that the family's checkpoints may have beside what a declaration reads.</summary>
    public IReadOnlyList<(HeadKind Kind, string[] Patterns)> Heads => _heads;

    public string EncoderPrefix => encoderPrefix;

    public string DecoderPrefix => decoderPrefix;

    /// <summary>A weight: the template up to the last word, which a part's <c>Name</c> replaces, and the end of the name.</summary>
    public void Add(Role role, string stem, string suffix = ".weight", TensorForm form = TensorForm.OutputsByInputs) =>
        _rows[new Tensor(role)] = new LayoutRow(stem, suffix) { Transposed = form == TensorForm.InputsByOutputs, ChannelsLast = form == TensorForm.ChannelsLast };

    /// <summary>A weight whose name ends otherwise where its part has another one too.</summary>
    public void Add(Role role, string stem, string suffix, Role other, string beside) => _rows[new Tensor(role)] = new LayoutRow(stem, suffix) { Other = other, Beside = beside };

    /// <summary>A bias that is not called as its weight.</summary>
    public void Add(Tensor tensor, string stem, string suffix) => _rows[tensor] = new LayoutRow(stem, suffix);

    /// <summary>Weights that stand one behind the other in one tensor; where their inputs differ, tensors of their own with the ends that are given.</summary>
    public void Add(EquatableArray<Role> stack, string stem, string suffix, TensorForm form = TensorForm.OutputsByInputs, params string[] unstacked)
    {
        for (int i = 0; i < stack.Count; i++)
            _rows[new Tensor(stack[i])] = new LayoutRow(stem, suffix) { Stack = stack, Transposed = form == TensorForm.InputsByOutputs, ByHead = form == TensorForm.ByHead, Unstacked = i < unstacked.Length ? unstacked[i] : null };
    }

    /// <summary>
    /// Tensors that a declaration need not read, such as those of a head: all, or none of them. Patterns of names, <c>*</c> for any
    /// characters.
    /// </summary>
    public void Add(HeadKind kind, params string[] patterns) => _heads.Add((kind, patterns));

    /// <summary>A weight of a head: of one of <see cref="HeadKind.Logits"/> the row is for stages with logits alone.</summary>
    public void Add(HeadKind kind, Role role, string stem, string suffix = ".weight") => (kind == HeadKind.Logits ? _ofLogits : _rows)[new Tensor(role)] = new LayoutRow(stem, suffix);

    /// <summary>The row of a tensor, null where the family has no such.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="hasLogits">Whether its stage has logits.</param>
    public LayoutRow? RowOf(Tensor tensor, bool hasLogits) => (hasLogits ? Find(_ofLogits, tensor) : null) ?? Find(_rows, tensor);

    private static LayoutRow? Find(Dictionary<Tensor, LayoutRow> rows, Tensor tensor) =>
        rows.TryGetValue(tensor, out LayoutRow? row) ? row
        : tensor.IsBias && rows.TryGetValue(new Tensor(tensor.Role), out LayoutRow? weight) ? weight.OfBias()
        : null;

    public IEnumerator<KeyValuePair<Tensor, LayoutRow>> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What a layout's tensors that need not be read are for.</summary>
internal enum HeadKind
{
    /// <summary>Heads, poolers, and what a family's checkpoints have that its models do not use.</summary>
    Any,

    /// <summary>The scores of tokens, which a stage with <c>[Logits]</c> does read, if only as a table.</summary>
    Logits,
}

/// <summary>How the tensor of a linear map lies.</summary>
internal enum TensorForm
{
    /// <summary>As PyTorch has it.</summary>
    OutputsByInputs,

    /// <summary>Transposed.</summary>
    InputsByOutputs,

    /// <summary>Outputs by the values of a patch, of which the channel is last.</summary>
    ChannelsLast,

    /// <summary>Of maps that share a tensor: as PyTorch has them, but the outputs of all for one head, then those for the next.</summary>
    ByHead,
}

/// <summary>One row of a layout.</summary>
/// <param name="Stem">The template up to the last word.</param>
/// <param name="Suffix">The end of the name.</param>
internal sealed record LayoutRow(string Stem, string Suffix)
{
    /// <summary>The roles that share the tensor, in their order; none where the tensor is the role's own.</summary>
    public EquatableArray<Role> Stack { get; init; } = EquatableArray<Role>.Empty;

    /// <summary>The end of the name where those that would share the tensor do not have the same inputs.</summary>
    public string? Unstacked { get; init; }

    /// <summary>The weight that lets the name end as <see cref="Beside"/> says, where the part has it; null without one.</summary>
    public Role? Other { get; init; }

    /// <summary>The end of the name there.</summary>
    public string? Beside { get; init; }

    /// <summary>Whether a linear map's tensor is input × output.</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether those that share the tensor have their rows for one head in it, then those for the next.</summary>
    public bool ByHead { get; init; }

    /// <summary>Whether the values of a patch have the channel last.</summary>
    public bool ChannelsLast { get; init; }

    /// <summary>The names, each with its end.</summary>
    public IEnumerable<string> Names => NamesWith(Suffix);

    /// <summary>The same with other ends.</summary>
    public IEnumerable<string> NamesWith(string suffix) => suffix.Split(Or).SelectMany(end => Stem.Split(Or).Select(stem => stem + end));

    /// <summary>What divides names of one tensor.</summary>
    public const char Or = '|';

    /// <summary>The row of the bias that goes with this weight.</summary>
    public LayoutRow OfBias() => new(Stem, BiasName(Suffix) ?? Suffix) { Stack = Stack, ByHead = ByHead, Other = Other, Beside = Beside is null ? null : BiasName(Beside) };

    /// <summary>A weight's name with its last <c>weight</c> replaced by <c>bias</c>, or <c>gamma</c> by <c>beta</c>; of several names all, null if one has neither.</summary>
    public static string? BiasName(string weight)
    {
        string?[] names = [.. weight.Split(Or).Select(name => Replaced(name, "weight", "bias") ?? Replaced(name, "gamma", "beta"))];
        return names.Contains(null) ? null : string.Join("|", names);
    }

    private static string? Replaced(string name, string word, string other)
    {
        int at = name.LastIndexOf(word, StringComparison.Ordinal);
        return at < 0 ? null : name.Substring(0, at) + other + name.Substring(at + word.Length);
    }
}
