using System.Globalization;
using System.Reflection;
using Attention.Dsl;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>
/// The kernels that were generated for a model and an instruction set. They are private and no one's interface: this is
/// the one place that knows what their signatures are.
/// </summary>
internal sealed class GeneratedKernels
{
    private readonly MethodInfo[] _methods;

    public GeneratedKernels(Type model, InstructionSet set)
    {
        string name = $"Attention.Generated.{model.Assembly.GetName().Name!.Replace('.', '_')}.{model.FullName!.Replace('.', '_')}.{(set > InstructionSet.Fma128 ? set : "Vectors128`1")}";
        Type kernels = model.Assembly.GetType(name) ?? throw new MissingMemberException($"Nothing was generated as {name}.");
        if (kernels.IsGenericTypeDefinition)
            kernels = kernels.MakeGenericType(set == InstructionSet.Fma128 ? typeof(FusedArithmetic) : typeof(SeparateArithmetic));
        _methods = kernels.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
    }

    /// <summary>Of products: <paramref name="x"/> · w + bias.</summary>
    public delegate void Product(TeamWork work, int rows, ref float x, ref float w, ref float y);

    /// <summary>Of norms, with weights and biases in <paramref name="w"/>.</summary>
    public delegate void LayerNorm(TeamWork work, int rows, ref float x, ref float w, ref float y);

    /// <summary>Of activations, in place.</summary>
    public delegate void Activate(int rows, int columns, nint stride, ref float y);

    /// <summary>Of <paramref name="height"/> queries and so many panels of 32 keys.</summary>
    public delegate void Scores(int height, int panels, ref float q, ref float keys, ref float scores);

    /// <summary>Of rows of scores in place; row i sees <paramref name="first"/> + i · <paramref name="step"/> keys.</summary>
    public delegate void Softmax(int rows, int first, int step, int keys, ref float scores);

    /// <summary>Of the sums of values by their weights.</summary>
    public delegate void Context(int height, int keys, ref float weights, ref float v, ref float y);

    /// <summary>Of all heads and rows of an attention of an encoder to itself.</summary>
    public delegate void Attend(TeamWork work, ref float q, ref float k, ref float v, ref float y);

    /// <summary>What a generated session holds.</summary>
    public static SessionCore CoreOf(object session) => (SessionCore)session.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Single(field => field.FieldType == typeof(SessionCore)).GetValue(session)!;

    /// <summary>The most rows that a kernel has a method of its own for.</summary>
    public int Tallest(string kernel)
    {
        string heights = kernel + "_H";
        return _methods.Where(method => method.Name.StartsWith(heights, StringComparison.Ordinal)).Max(method => int.Parse(method.Name.AsSpan(heights.Length), CultureInfo.InvariantCulture));
    }

    /// <summary>The kernels whose names begin so and that have the delegate's signature, by name.</summary>
    public IEnumerable<(string Name, T Run)> Find<T>(string prefix)
        where T : Delegate
    {
        Type[] wanted = [.. typeof(T).GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)];
        MethodInfo[] named = [.. _methods.Where(method => method.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(method => method.Name, StringComparer.Ordinal)];
        MethodInfo[] found = [.. named.Where(method => method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(wanted))];
        return found.Length > 0
            ? found.Select(method => (method.Name, method.CreateDelegate<T>()))
            : throw new MissingMethodException($"No kernel {prefix}… has the signature of {typeof(T).Name}; there are: {string.Join("; ", named.Select(method => method.ToString()))}");
    }
}
