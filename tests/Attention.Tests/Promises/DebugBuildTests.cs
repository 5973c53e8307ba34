using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Reading;
using Attention.Runtime;
using Attention.Tests.Generator;
using Attention.Tests.Reference;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>Builds for debugging: kernels run in a copy of the assembly that the JIT optimises, and a session refuses code of another plan than its own.</summary>
public sealed class DebugBuildTests
{
    private const string ReloadVariable = "ATTENTION_TEST_RELOAD";

    private static string Source(int inner) => $$"""
        using Attention.Dsl;
        [AttentionModel]
        public sealed partial class Model
        {
            [Encoder(layers: 2, width: 16)]
            [Features(8)]
            [SelfAttention(heads: 2, Mask = nameof(Sees))]
            [FeedForward({{inner}}, Activation.Relu)]
            public sealed partial class Text
            {
                private static bool Sees(int query, int key) => (query + key) % 2 == 0;
            }
        }

        public static class Calls
        {
            /// <summary>Calls until one is refused, and says why; each result is to be the first one.</summary>
            public static string Of(Model.Session session)
            {
                var rows = new float[96];
                for (int i = 0; i < rows.Length; i++)
                    rows[i] = System.MathF.Sin(i * 0.37f);
                float[] first = session.Text.Forward(rows).ToArray();
                try
                {
                    while (System.MemoryExtensions.SequenceEqual<float>(session.Text.Forward(rows).ToArray(), first))
                        System.Threading.Thread.Yield();
                    return "other bits";
                }
                catch (System.InvalidOperationException exception)
                {
                    return exception.Message;
                }
            }
        }
        """;

    [Fact]
    public void Kernels_of_a_debuggable_assembly_run_in_an_optimised_copy()
    {
        Build debug = Build.Of(Source(24), OptimizationLevel.Debug), release = Build.Of(Source(24), OptimizationLevel.Release);
        using var file = new TemporaryFile(debug.Image);
        Assembly assembly = new AssemblyLoadContext("Debuggable", isCollectible: true).LoadFromAssemblyPath(file.Path);
        Assert.True(assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
        Assert.True(debug.Computes, "The model is to have what is computed at Load.");

        Session session = debug.Open(assembly);
        Assert.Equal("Copied", session.Kernels.GetType().Name);
        Assembly copy = CopyOf(session.Kernels).GetType().Assembly;
        Assert.NotSame(assembly, copy);
        Assert.False(copy.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
        Assert.Equal(BitsOf(release.Open(new AssemblyLoadContext("Release", isCollectible: true).LoadFromStream(new MemoryStream(release.Image)))), BitsOf(session));
        Assert.Same(copy, CopyOf(debug.Open(assembly).Kernels).GetType().Assembly);
    }

    [Theory]
    [InlineData(OptimizationLevel.Release, true, null, "an optimised assembly needs none")]
    [InlineData(OptimizationLevel.Debug, false, null, "an assembly without a file has none to copy")]
    [InlineData(OptimizationLevel.Debug, true, "1", "the user steps through kernels")]
    public void Kernels_are_not_copied_where(OptimizationLevel level, bool hasFile, string? variable, string why)
    {
        Build build = Build.Of(Source(24), level);
        using var file = new TemporaryFile(build.Image);
        var context = new AssemblyLoadContext(why, isCollectible: true);
        Environment.SetEnvironmentVariable(KernelCopy.Variable, variable);
        try
        {
            Session session = build.Open(hasFile ? context.LoadFromAssemblyPath(file.Path) : context.LoadFromStream(new MemoryStream(build.Image)));
            Assert.NotEqual("Copied", session.Kernels.GetType().Name);
            Assert.All(session.Forward(), value => Assert.True(float.IsFinite(value)));
        }
        finally
        {
            Environment.SetEnvironmentVariable(KernelCopy.Variable, null);
        }
    }

    [Fact]
    public void A_file_of_another_build_is_not_copied()
    {
        Build build = Build.Of(Source(24), OptimizationLevel.Debug);
        using var file = new TemporaryFile(build.Image);
        Assembly assembly = new AssemblyLoadContext("Replaced", isCollectible: true).LoadFromAssemblyPath(file.Path);
        string before = file.Path + ".before";
        File.Move(file.Path, before);
        File.WriteAllBytes(file.Path, Build.Of(Source(8), OptimizationLevel.Debug).Image);
        Assert.NotEqual("Copied", build.Open(assembly).Kernels.GetType().Name);
        File.Delete(before);
    }

    /// <summary>What hot reload does, by the runtime's own means.</summary>
    [Fact]
    public async Task A_session_refuses_code_of_another_plan()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        ChildProcess.Result result = await ChildProcess.Run(new() { [ReloadVariable] = "1", ["DOTNET_MODIFIABLE_ASSEMBLIES"] = "debug" }, cancellation);
        Assert.True(result.Errors.Length == 0, result.Errors);
        Assert.Equal(
            """
            before: Copied
            after: The declaration behind Model.Session was changed while the program runs, and its weights were packed for the one before; load the model again and create a session of that.
            loaded again: the bits of the new declaration
            """, result.Output.Trim(), ignoreLineEndingDifferences: true);
    }

    /// <summary>What the child process does instead of running tests.</summary>
    [ModuleInitializer]
    internal static void Reload()
    {
        if (Environment.GetEnvironmentVariable(ReloadVariable) is null)
            return;
        Build before = Build.Of(Source(24), OptimizationLevel.Debug), after = Build.Of(Source(8), OptimizationLevel.Debug);
        using (var file = new TemporaryFile(before.Image))
        {
            Assembly assembly = Assembly.LoadFrom(file.Path);
            Session session = before.Open(assembly);
            Console.WriteLine("before: " + session.Kernels.GetType().Name);

            // Calls are under way while the code changes: each gives what it gave before, or is refused. They are the changed assembly's own, since this one's module is still being initialised.
            Func<string> calls = assembly.GetType("Calls")!.GetMethod("Of")!.CreateDelegate<Func<string>>(session.Model);
            Task<string> said = Task.Run(calls);
            before.ChangeTo(after, assembly);
            Console.WriteLine("after: " + said.GetAwaiter().GetResult());
            int[] expected = BitsOf(after.Open(new AssemblyLoadContext("After").LoadFromStream(new MemoryStream(after.Image))));
            Console.WriteLine("loaded again: " + (BitsOf(after.Open(assembly)).SequenceEqual(expected) ? "the bits of the new declaration" : "other bits"));
        }

        Environment.Exit(0);
    }

    private static TeamKernels CopyOf(object copied) =>
        (TeamKernels)copied.GetType().GetField("_copy", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(copied)!;

    private static int[] BitsOf(Session session) => [.. session.Forward().Select(BitConverter.SingleToInt32Bits)];

    /// <summary>A session of the model.</summary>
    private sealed class Session(object session, object kernels)
    {
        public object Kernels => kernels;

        /// <summary>The session of the model's own type.</summary>
        public object Model => session;

        public float[] Forward()
        {
            object stage = session.GetType().GetProperty("Text")!.GetValue(session)!;
            float[] rows = [.. Enumerable.Range(0, 6 * 16).Select(i => MathF.Sin(i * 0.37f))];
            return stage.GetType().GetMethod("Forward", [typeof(ReadOnlySpan<float>)])!.CreateDelegate<RowsOfFloats>(stage)(rows).ToArray();
        }
    }

    private sealed record Build(GeneratorRun Run, byte[] Image, byte[] Checkpoint)
    {
        public bool Computes => Run.Output.GetTypeByMetadataName("Attention.Generated.Models.Model.Computed") is not null;

        public static Build Of(string source, OptimizationLevel level)
        {
            CSharpCompilation compilation = GeneratorRun.Compile(source);
            GeneratorRun run = GeneratorRun.Of(compilation.WithOptions(compilation.Options.WithOptimizationLevel(level)));
            using var image = new MemoryStream();
            EmitResult emitted = run.Output.Emit(image, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
            Assert.Empty(emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
            ModelDeclaration declaration = DeclarationReader.Read(run.Input.GetTypeByMetadataName("Model")!, default)!;
            return new Build(run, image.ToArray(), RandomCheckpoint.Of(Pipeline.Name(Pipeline.Shape(Pipeline.Build(declaration))).Value!, seed: 3).ToFile());
        }

        public Session Open(Assembly assembly)
        {
            Type type = assembly.GetType("Model", throwOnError: true)!;
            object loaded = type.GetMethod("Load", [typeof(Stream), typeof(InstructionSet?), typeof(int)])!.Invoke(null, [new MemoryStream(Checkpoint), null, 1])!;
            return new Session(type.GetMethod("CreateSession")!.Invoke(loaded, [null])!, type.GetField("_attentionKernels", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(loaded)!);
        }

        /// <summary>Changes an assembly that was loaded from this build to another build's code: methods that differ, and those that are new.</summary>
        public void ChangeTo(Build other, Assembly assembly)
        {
            Dictionary<string, IMethodSymbol> before = Methods(Run.Output), after = Methods(other.Run.Output);
            SemanticEdit[] edits =
            [
                .. after.Where(method => before.TryGetValue(method.Key, out IMethodSymbol? old) && TextOf(old) != TextOf(method.Value))
                    .Select(method => new SemanticEdit(SemanticEditKind.Update, before[method.Key], method.Value)),
                .. after.Where(method => !before.ContainsKey(method.Key)).Select(method => new SemanticEdit(SemanticEditKind.Insert, null, method.Value)),
            ];
            using ModuleMetadata module = ModuleMetadata.CreateFromImage(Image);
            using var file = new PEReader(ImmutableArray.Create(Image));
            MetadataReader metadata = file.GetMetadataReader();
            var baseline = EmitBaseline.CreateInitialBaseline(
                Run.Output, module, _ => default,
                method => metadata.GetMethodDefinition(method) is { RelativeVirtualAddress: not 0 } definition ? file.GetMethodBody(definition.RelativeVirtualAddress).LocalSignature : default,
                hasPortableDebugInformation: true);
            using var delta = new MemoryStream();
            using var code = new MemoryStream();
            using var symbols = new MemoryStream();
            EmitDifferenceResult result = other.Run.Output.EmitDifference(baseline, edits, _ => false, delta, code, symbols);
            if (!result.Success)
                throw new InvalidOperationException(string.Join("\n", result.Diagnostics));
            MetadataUpdater.ApplyUpdate(assembly, delta.ToArray(), code.ToArray(), symbols.ToArray());
        }

        private static Dictionary<string, IMethodSymbol> Methods(Compilation compilation) =>
            TypesOf(compilation.Assembly.GlobalNamespace).SelectMany(type => type.GetMembers().OfType<IMethodSymbol>())
                .Where(method => !method.IsImplicitlyDeclared && method.DeclaringSyntaxReferences.Length > 0 && method.ContainingType.TypeKind != TypeKind.Delegate)
                .ToDictionary(method => method.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut)));

        private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol of) => of.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(member => (member is INamedTypeSymbol type ? [type] : Array.Empty<INamedTypeSymbol>()).Concat(TypesOf(member)));

        private static string TextOf(IMethodSymbol method) => method.DeclaringSyntaxReferences[0].GetSyntax().ToString();
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] image) => File.WriteAllBytes(Path, image);

        public string Path { get; } = System.IO.Path.Combine(Directory.CreateTempSubdirectory("attention-").FullName, "Models.dll");

        public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }
}
