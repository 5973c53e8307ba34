namespace Attention.Dsl;

/// <summary>What a checkpoint says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its type as the file has it, such as <c>F32</c>, <c>BF16</c> or <c>I64</c>; a later version of the format may have others.</param>
/// <param name="Shape">Its dimensions, outermost first; none for one number.</param>
/// <param name="Elements">How many elements it has, the product of its dimensions.</param>
/// <param name="Bytes">How many bytes its data takes.</param>
public sealed record TensorInfo(string Name, string DataType, IReadOnlyList<long> Shape, long Elements, long Bytes);
