using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes, into builds for debugging, the kernels that run those of a copy of the assembly which the JIT optimises.</summary>
internal static class CopiedKernels
{
    /// <summary>The class.</summary>
    public const string Class = "Copied";

    /// <summary>Writes the class, in the namespace of the kernels.</summary>
    public static void Write(CodeWriter code, ModelPlan plan)
    {
        StageMethod[] methods = [.. plan.Stages.SelectMany(stage => StageMethod.Of(stage, plan))];
        code.Lines(
            "",
            "/// <summary>The kernels of a copy of this assembly: the JIT optimises that one, but not this, which is built for debugging.</summary>",
            Types.Generated,
            Types.Hidden);
        using (code.Block($"internal sealed class {Class} : Kernels"))
        {
            code.Line("private readonly TeamKernels _copy;");
            for (int i = 0; i < methods.Length; i++)
                code.Line($"private readonly Method{i} _method{i};");
            code.Line("private readonly Action _compile;");
            code.Line();
            using (code.Block($"private {Class}(TeamKernels copy)"))
            {
                code.Line("_copy = copy;");
                for (int i = 0; i < methods.Length; i++)
                    code.Line($"_method{i} = KernelCopy.Bind<Method{i}>(copy, {Names.Literal(methods[i].Name)});");
                code.Line("_compile = KernelCopy.Bind<Action>(copy, \"Compile\");");
                if (Computed.Of(plan).Any())
                    code.Line("KernelCopy.Share(copy, typeof(Computed));");
            }

            for (int i = 0; i < methods.Length; i++)
                code.Lines("", $"private delegate void Method{i}({methods[i].Parameters});");
            code.Lines(
                "",
                "/// <summary>Kernels that do what the given ones do, as fast as the JIT can make them.</summary>",
                $"public static Kernels Of(Kernels kernels) => KernelCopy.Of(kernels) is {{ }} copy ? new {Class}(copy) : kernels;",
                "",
                "/// <inheritdoc/>",
                "public override void Compile() => _compile();",
                "",
                "/// <inheritdoc/>",
                "public override void Run(int kernel, in Chunk chunk, TeamWork work) => _copy.Run(kernel, chunk, work);");
            for (int i = 0; i < methods.Length; i++)
                code.Lines("", "/// <inheritdoc/>", $"{methods[i].Signature("override")} => _method{i}({Arguments(methods[i].Parameters)});");
        }
    }

    /// <summary>The arguments that hand parameters on.</summary>
    private static string Arguments(string parameters) => string.Join(", ", parameters.Split([", "], StringSplitOptions.None)
        .Select(parameter => (parameter.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + parameter.Substring(parameter.LastIndexOf(' ') + 1)));
}
