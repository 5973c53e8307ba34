using System.Reflection;
using Attention.Dsl;
using Attention.Runtime;

namespace Attention.Tests.Generator;

/// <summary>The classes of kernels that are generated: one for two instruction sets is generic over their arithmetic.</summary>
internal static class KernelClass
{
    private static readonly Dictionary<Type, InstructionSet> s_arithmetics = new()
    {
        [typeof(FusedArithmetic)] = InstructionSet.Fma128,
        [typeof(SeparateArithmetic)] = InstructionSet.Portable,
    };

    /// <summary>The class of an instruction set as it is declared, which is also the end of its file's name.</summary>
    public static string TextOf(InstructionSet instructionSet) => s_arithmetics.ContainsValue(instructionSet) ? "Vectors128" : instructionSet.ToString();

    /// <summary>Whether an instruction set's kernels are declared in a class of this name.</summary>
    public static bool IsText(string name) => Enum.GetValues<InstructionSet>().Any(instructionSet => TextOf(instructionSet) == name);

    /// <summary>The kernels of a model that an assembly declares outside any namespace.</summary>
    public static Type Of(Assembly assembly, string model, InstructionSet instructionSet) => assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsNested: false, Namespace: string name } && name.EndsWith("." + model, StringComparison.Ordinal))
        .SelectMany(Instances).Single(type => SetOf(type) == instructionSet);

    /// <summary>A type, or of a generic class of kernels that of each arithmetic.</summary>
    public static IEnumerable<Type> Instances(Type type) => type is { IsGenericTypeDefinition: true, Namespace: string name } && name.StartsWith("Attention.Generated.", StringComparison.Ordinal)
        ? s_arithmetics.Keys.Select(arithmetic => type.MakeGenericType(arithmetic))
        : [type];

    /// <summary>The instruction set of a class of kernels.</summary>
    public static InstructionSet SetOf(Type type) => type.IsGenericType
        ? s_arithmetics[type.GetGenericArguments().Single()]
        : Enum.Parse<InstructionSet>(type.Name);

    /// <summary>The name by which the JIT calls a type.</summary>
    public static string NameOf(Type type) => type.IsGenericType
        ? $"{type.GetGenericTypeDefinition().FullName}[{type.GetGenericArguments().Single().FullName}]"
        : type.FullName!;
}
