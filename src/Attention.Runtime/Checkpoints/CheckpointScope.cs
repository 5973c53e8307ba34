using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Which tensors of a checkpoint a model has to read, as patterns of their names.</summary>
/// <param name="counted">Those that it has to read, of its stages: by their prefixes, and what else a layout names.</param>
/// <param name="heads">
/// Those that it need not read, of heads that it does not declare: patterns of one head are joined by <c>|</c>, and of a head
/// of which it reads a tensor it has to read all.
/// </param>
/// <param name="unread">Those that its user leaves out.</param>
internal sealed class CheckpointScope(string[] counted, string[] heads, string[] unread)
{
    /// <summary>Buffers that a training framework keeps beside the weights.</summary>
    private static readonly string[] s_buffers =
        ["position_ids", "token_type_ids", "num_batches_tracked", "inv_freq", "original_inv_freq", "cos_cached", "sin_cached", "_float_tensor"];

    private static readonly string[] s_masks = ["bias", "masked_bias", "mask", "attn_mask", "causal_mask", "tril"];

    /// <summary>The unread tensors that the model should have read, since nothing excuses them.</summary>
    /// <param name="tensors">The unread tensors.</param>
    /// <param name="read">The names of all others.</param>
    /// <param name="isCopy">Whether a tensor holds what the model has otherwise.</param>
    public List<StoredTensor> Forgotten(List<StoredTensor> tensors, HashSet<string> read, Predicate<StoredTensor> isCopy)
    {
        if (tensors.Count == 0)
            return [];
        string[][] groups = [.. heads.Select(head => head.Split('|'))];
        string[] declared = [.. groups.Where(head => read.Any(name => TensorPattern.AnyMatches(head, name))).SelectMany(head => head)];
        string[] undeclared = [.. groups.SelectMany(head => head).Except(declared, StringComparer.Ordinal)];
        return [.. tensors.Where(tensor =>
            (TensorPattern.AnyMatches(counted, tensor.Name) || TensorPattern.AnyMatches(declared, tensor.Name) || IsBiasOf(tensor.Name, read))
            && !TensorPattern.AnyMatches(undeclared, tensor.Name) && !LeavesOut(tensor.Name)
            && !IsBuffer(tensor) && !isCopy(tensor))];
    }

    /// <summary>Whether its user leaves a tensor out.</summary>
    public bool LeavesOut(string name) => TensorPattern.AnyMatches(unread, name);

    /// <summary>Whether it is the bias that goes with a weight that is read, wherever that is.</summary>
    private static bool IsBiasOf(string name, HashSet<string> read) =>
        name.LastIndexOf("bias", StringComparison.Ordinal) is >= 0 and int at && read.Contains(string.Concat(name.AsSpan(0, at), "weight", name.AsSpan(at + "bias".Length)));

    /// <summary>
    /// Whether a tensor is no weight: by its name where no weight is called so, of a mask by its shape too, since
    /// <c>attn.bias</c> may be a bias. A mask is [1, …, n, n], what fills it one number.
    /// </summary>
    private static bool IsBuffer(StoredTensor tensor)
    {
        string word = tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..];
        if (s_buffers.Contains(word))
            return true;
        return s_masks.Contains(word) && tensor.Shape switch
        {
            [] => true,
            [1] => word == "masked_bias",
            [.. long[] before, long rows, long columns] => rows == columns && before.All(size => size == 1),
            _ => false,
        };
    }
}
