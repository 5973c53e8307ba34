using Attention.Generator.Planning;
using Attention.Generator.Text;

namespace Attention.Generator.Emit;

/// <summary>A pattern of what rows see that is computed when a model is loaded.</summary>
internal interface IPattern
{
    /// <summary>A name that no other pattern of the model has.</summary>
    string Name { get; }

    /// <summary>The most queries, and keys.</summary>
    int Length { get; }

    /// <summary>After how many heads the patterns come again; 1 where all heads have one.</summary>
    int Heads { get; }

    /// <summary>Whether a query of a head sees a key, as a lambda expression.</summary>
    string Code { get; }

    /// <summary>The stage of whose class it needs a method, by its place in the declaration, and the attribute that names it; null for none.</summary>
    (int Stage, int Part)? Owner { get; }
}

/// <summary>A step that may go by a pattern.</summary>
internal interface IPatterned
{
    /// <summary>The pattern; null for none.</summary>
    IPattern? Pattern { get; }
}

/// <summary>The class of a model's patterns, beside its kernels.</summary>
internal static class Patterns
{
    /// <summary>The field of a pattern, where kernels are written: a mask for each head until they come again.</summary>
    public static string FieldOf(IPattern pattern) => "Patterns." + pattern.Name;

    /// <summary>The mask of <c>head</c>.</summary>
    public static string MaskOf(IPattern pattern) => $"{FieldOf(pattern)}[{(pattern.Heads == 1 ? "0" : $"head % {CodeWriter.Number(pattern.Heads)}")}]";

    /// <summary>The patterns of a model, each once.</summary>
    public static IEnumerable<IPattern> Of(ModelPlan plan) =>
        plan.Stages.SelectMany(stage => stage.Steps).OfType<IPatterned>().Select(step => step.Pattern).OfType<IPattern>().GroupBy(pattern => pattern.Name).Select(same => same.First());

    /// <summary>The method by which a stage's class gives the pattern that an attribute of it names a method for.</summary>
    public static string MethodOf(int part) => "AttentionPattern" + CodeWriter.Number(part);

    /// <summary>The expression that computes a pattern.</summary>
    public static string Computed(IPattern pattern) => $"{Types.Runtime}PackedMask.Of(heads: {CodeWriter.Number(pattern.Heads)}, length: {CodeWriter.Number(pattern.Length)}, {pattern.Code})";

    /// <summary>Writes the methods by which a stage's class gives those that need a method of it.</summary>
    public static void Write(CodeWriter code, ModelPlan plan, int stage)
    {
        foreach (IPattern pattern in Of(plan).Where(pattern => pattern.Owner?.Stage == stage))
            code.Lines("", "/// <summary>What rows see, as a method here says.</summary>", $"internal static {Types.Runtime}PackedMask[] {MethodOf(pattern.Owner!.Value.Part)}() => {Computed(pattern)};");
    }
}
