using System.Text;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>Names of files that every file system bears and keeps apart, and namespaces of kernels that no two models share.</summary>
public sealed class FileNameTests
{
    private const string Small = "[Encoder(0, 4), Embedding(5, 3)]";

    [Fact]
    public void OfAModel() => Assert.Equal(
        ["Toys.Box(2).Inner.Toy-Avx2.g.cs", "Toys.Box(2).Inner.Toy-Avx512.g.cs", "Toys.Box(2).Inner.Toy-Vectors128.g.cs", "Toys.Box(2).Inner.Toy.g.cs"],
        FilesOf("namespace Toys { partial class Box<T, U> { partial class Inner { [AttentionModel, Encoder(0, 4), Embedding(5, 3)] public sealed partial class Toy; } } }"));

    /// <summary>Linux has 255 bytes for a name, Windows without long paths some hundred characters beside the folder.</summary>
    [Theory]
    [InlineData("ParaphraseMultilingual", 3)]
    [InlineData("ParaphraseMultilingual", 40)]
    [InlineData("モデル", 9)]
    [InlineData("Ünïcödé", 40)]
    public void AreShort(string word, int times)
    {
        string name = string.Concat(Enumerable.Repeat(word, times));
        string[] files = FilesOf($"[AttentionModel] {Small} public sealed partial class {name}1; [AttentionModel] {Small} public sealed partial class {name}2; namespace {name} {{ [AttentionModel] {Small} public sealed partial class {name}2; }}");
        Assert.Equal(12, files.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(files, file => Assert.InRange(Encoding.UTF8.GetByteCount(file), 1, 100));
        Assert.All(files, file => Assert.StartsWith(word, file, StringComparison.Ordinal));
    }

    /// <summary>Windows and macOS do not tell upper from lower case, macOS not one way of writing an accent from the other.</summary>
    [Fact]
    public void DifferInMoreThanCaseAndAccents()
    {
        string[] names = ["Model", "MODEL", "mOdel", "N\u00e9", "Ne\u0301", "N\u00c9", "\u017fun", "Sun"];
        string[] files = FilesOf(string.Join("\n", names.Select(name => $"[AttentionModel] {Small} public sealed partial class {name};")));
        Assert.Equal(4 * names.Length, files.Length);
        // What is not of ASCII may be lost, and the files still differ.
        Assert.Equal(files.Length, files.Select(file => string.Concat(file.Where(char.IsAscii)).ToUpperInvariant()).Distinct().Count());
    }

    [Theory]
    [InlineData("Aux", "(Aux).g.cs")]
    [InlineData("con", "(con).g.cs")]
    [InlineData("COM7", "(COM7).g.cs")]
    [InlineData("Auxiliary", "Auxiliary.g.cs")]
    [InlineData("Com", "Com.g.cs")]
    public void AreNotThoseOfDevices(string name, string file)
    {
        Assert.Contains(file, FilesOf($"[AttentionModel] {Small} public sealed partial class {name};"));
        Assert.Contains(file.Replace(".g.cs", ".Model.g.cs", StringComparison.Ordinal), FilesOf($"namespace {name}; [AttentionModel] {Small} public sealed partial class Model;"));
    }

    /// <summary>Two types of one name are an error of the compiler's; it must not cost the other models their code.</summary>
    [Theory]
    [InlineData("partial class C { [AttentionModel, Encoder(0, 4), Embedding(5, 3)] public sealed partial class M; } partial struct C { [AttentionModel, Encoder(0, 4), Embedding(5, 3)] public sealed partial class M; }")]
    [InlineData("[AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial class M; [AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial record M;")]
    [InlineData("[AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial class M; [AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial class M;")]
    [InlineData("[AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial class M; [AttentionModel, Encoder(0, 4), Embedding(5, 3)] partial class M<T>;")]
    public void OfDoubledTypes_DoNotHarmOthers(string doubled) =>
        Assert.Contains("Other.g.cs", FilesOf($"{doubled} [AttentionModel] {Small} public sealed partial class Other;"));

    /// <summary>A friend's internal types are seen too: the same model in a library and in its tests.</summary>
    [Theory]
    [InlineData("Shop", "Shop.Tests", "internal partial class Program {{ {0} internal sealed partial class Tiny {{ {1} }} }}")]
    [InlineData("Shop", "Shop.Tests", "namespace Toys {{ {0} internal sealed partial class Tiny {{ {1} }} }}")]
    [InlineData("Shop", "Shop.Tests", "{0} internal sealed partial class Tiny {{ {1} }}")]
    [InlineData("A-B", "A_B", "{0} internal sealed partial class Tiny {{ {1} }}")]
    public void OfFriends_AreNotMistaken(string library, string tests, string model)
    {
        string source = "using Attention.Dsl;\n" + string.Format(System.Globalization.CultureInfo.InvariantCulture, model, "[AttentionModel]", HostileNamesTests.Small);
        GeneratorRun one = GeneratorRun.Of(GeneratorRun.Compile(source, $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{tests}\")]").WithAssemblyName(library));
        GeneratorRun two = GeneratorRun.Of(GeneratorRun.Compile(source).WithAssemblyName(tests).AddReferences(Image(one)));
        Assert.Empty(two.Diagnostics);
        Assert.Empty(Namespaces(one).Intersect(Namespaces(two)));
    }

    /// <summary>What an assembly may be called, the namespace bears.</summary>
    [Fact]
    public void OfAssemblies_AreKeptApart()
    {
        string[] names = ["Models", "My.App", "My_App", "My-App", "My App", "1", "a", "class", "A(1)", "A.1", "A_1", "A1", "アプリ", "\U0001F600", new string('x', 200), new string('x', 201), ".NET", "A..B", "Attention"];
        string[] namespaces = [.. names.Select(name =>
        {
            GeneratorRun run = GeneratorRun.Of(GeneratorRun.Compile($"using Attention.Dsl; [AttentionModel] {Small} internal sealed partial class Tiny;").WithAssemblyName(name));
            Assert.Empty(run.Diagnostics);
            return Namespaces(run).Single();
        })];
        Assert.Equal(names.Length, namespaces.Distinct().Count());
        Assert.Equal("Attention.Generated.Models.Tiny", namespaces[0]);
        Assert.Equal("Attention.Generated.My_App.Tiny", namespaces[1]);
        Assert.All(namespaces, name => Assert.InRange(name.Length, 1, 150));
    }

    private static string[] FilesOf(string source)
    {
        GeneratorRun run = GeneratorRun.Of("using Attention.Dsl;\n" + source);
        Assert.Null(run.Result.Results.Single().Exception);
        return [.. run.Files.Select(file => file.HintName).Order(StringComparer.Ordinal)];
    }

    private static PortableExecutableReference Image(GeneratorRun run)
    {
        using var stream = new MemoryStream();
        Assert.True(run.Output.Emit(stream).Success);
        return MetadataReference.CreateFromImage(stream.ToArray());
    }

    /// <summary>The namespaces of kernels.</summary>
    private static IEnumerable<string> Namespaces(GeneratorRun run) => run.Output.GetSymbolsWithName("Avx512", SymbolFilter.Type, TestContext.Current.CancellationToken)
        .Select(kernels => kernels.ContainingNamespace.ToDisplayString());
}
