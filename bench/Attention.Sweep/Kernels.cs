using System.Reflection;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using Attention.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Sweep;

internal delegate void TileKernel(int height, int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);

internal delegate void ScoresKernel(int height, int panels, ref float q, ref float keys, ref float scores);

internal delegate void ContextKernel(int height, int keys, ref float weights, ref float values, ref float y);

/// <summary>The generator's own kernels of all variants of an instruction set, compiled in this process.</summary>
internal sealed class Kernels
{
    /// <summary>Rows of attention lie as in an encoder of width 384 with at most 512 keys; the inverse sums end a row of scores.</summary>
    public const int QueryStride = 1168, ValueStride = 400, ScoreStride = 528;

    private readonly Dictionary<int, Type> _classes;
    private readonly KernelNames _names;

    public Kernels(IReadOnlyList<Isa> variants, IEnumerable<Shape> shapes)
    {
        Kernel[][] kernels = [.. variants.Select(variant => shapes.Select(shape => KernelOf(shape, variant.Vectors)).Distinct().ToArray())];
        _names = new KernelNames(kernels.SelectMany(kernel => kernel).Distinct());
        var code = new CodeWriter();
        code.Lines("using System;", "using System.Runtime.CompilerServices;", "using System.Runtime.Intrinsics;", "using Attention.Runtime;");
        for (int i = 0; i < variants.Count; i++)
        {
            using (code.Block($"internal static class {variants[i].Name}"))
            {
                var writer = new KernelCode(code, variants[i], _names);
                foreach (Kernel kernel in kernels[i])
                    kernel.Write(writer);
            }
        }

        Assembly assembly = Compile(code.ToString());
        _classes = variants.ToDictionary(variant => variant.Vectors, variant => assembly.GetType(variant.Name, throwOnError: true)!);
    }

    /// <summary>The kernel of a shape in the variant so many vectors wide.</summary>
    public T Of<T>(Shape shape, int vectors) where T : Delegate =>
        _classes[vectors].GetMethod(_names[KernelOf(shape, vectors)], BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<T>();

    private static Kernel KernelOf(Shape shape, int vectors) => shape.Work switch
    {
        Work.Product => new Generator.Operations.Tile(shape.K, vectors, Padding.Stride(shape.K)),
        Work.Scores => new Generator.Operations.Dot.Code(shape.K, QueryStride, ScoreStride, Generator.WeightFormat.Float32),
        _ => new Generator.Operations.Context(shape.N, ScoreStride, ValueStride, ValueStride),
    };

    private static Assembly Compile(string text)
    {
        var compilation = CSharpCompilation.Create(
            "Attention.Sweep.Kernels",
            [CSharpSyntaxTree.ParseText(text)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Append(typeof(PinnedMemory).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        return result.Success
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(5)));
    }
}
