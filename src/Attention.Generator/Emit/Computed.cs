using Attention.Generator.Planning;
using Attention.Generator.Text;

namespace Attention.Generator.Emit;

/// <summary>What kernels go by that is computed when a model is loaded, such as which keys rows see; an array, by heads.</summary>
internal interface IComputed
{
    /// <summary>A name that nothing else computed of the model has.</summary>
    string Name { get; }

    /// <summary>The runtime's type of an element.</summary>
    string Type { get; }

    /// <summary>What computes it, as C#.</summary>
    string Expression { get; }

    /// <summary>The stage of whose class it needs a method, by its place in the declaration, and the method by which that class gives it; null for none.</summary>
    (int Stage, string Method)? Owner { get; }
}

/// <summary>A step that may go by something computed.</summary>
internal interface IGoesByComputed
{
    /// <summary>All of it.</summary>
    IEnumerable<IComputed> Computed { get; }
}

/// <summary>The class of what is computed for a model, beside its kernels.</summary>
internal static class Computed
{
    /// <summary>A field, where kernels are written.</summary>
    public static string FieldOf(IComputed computed) => "Computed." + computed.Name;

    /// <summary>All of a model, each once.</summary>
    public static IEnumerable<IComputed> Of(ModelPlan plan) =>
        plan.Stages.SelectMany(stage => stage.Steps).OfType<IGoesByComputed>().SelectMany(step => step.Computed).GroupBy(computed => computed.Name).Select(same => same.First());

    /// <summary>Writes the methods by which a stage's class gives what needs a method of it.</summary>
    public static void Write(CodeWriter code, ModelPlan plan, int stage)
    {
        foreach (IComputed computed in Of(plan).Where(computed => computed.Owner?.Stage == stage))
            code.Lines("", "/// <summary>What a method here says, computed for all that it may be asked.</summary>", $"internal static {Types.Runtime}{computed.Type}[] {computed.Owner!.Value.Method}() => {computed.Expression};");
    }
}
