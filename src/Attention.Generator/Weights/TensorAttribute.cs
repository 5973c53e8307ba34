using Attention.Generator.Reading;

namespace Attention.Generator.Weights;

/// <summary><c>[Tensor]</c>: what the tensors of a role are called.</summary>
/// <param name="Index">Its place among those of its class.</param>
/// <param name="Role">What they are for, as the user gave it: a value that is no member stays what it is.</param>
/// <param name="Template">The name; null where it is none.</param>
/// <param name="Bias">That of the bias; null where it follows from the template.</param>
/// <param name="N">Which of its kind it names, counted from 1; null for all.</param>
/// <param name="Transposed">Whether they are input × output; null for what the layout says.</param>
/// <param name="ByHead">Whether what shares a tensor stands in it head by head; null for what the layout says.</param>
internal sealed record TensorAttribute(int Index, TensorRole Role, string? Template, string? Bias, int? N, bool? Transposed, bool? ByHead)
{
    /// <summary>Those of a class, but for those that the compiler rejects.</summary>
    public static IEnumerable<TensorAttribute> Of(EquatableArray<PartDeclaration> tensors) => tensors
        .Select((tensor, index) => (tensor, index)).Where(pair => pair.tensor.Has("role"))
        .Select(pair => new TensorAttribute(
            pair.index, (TensorRole)pair.tensor.Int("role"), pair.tensor.Text("template"), pair.tensor.Text("Bias"), pair.tensor.Has("N") ? pair.tensor.Int("N") : null, pair.tensor.Has("Transposed") ? pair.tensor.Bool("Transposed") : null,
            pair.tensor.Has("ByHead") ? pair.tensor.Bool("ByHead") : null));
}
