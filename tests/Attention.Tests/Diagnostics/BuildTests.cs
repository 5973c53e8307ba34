using Attention.Generator;
using Attention.Generator.Reading;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>
/// What is wrong is told once, in a build as in an editor: by the analyzer, or by the generator if an error in some
/// declaration ends the build before the analyzer is asked.
/// </summary>
public sealed class BuildTests
{
    private const string NotPartial = "using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention(2)] public sealed class {|ATTN008:Model|};";
    private const string WrongHeads = "using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention({|ATTN001:3|})] public sealed partial class Model;";
    private const string Stray = "using Attention.Dsl; namespace Toys { internal class Outer<T> { [{|ATTN009:Encoder|}(1, 8), Embedding(9, 5), SelfAttention(2)] public sealed partial class Model; } }";
    private const string Two = "using Attention.Dsl; namespace A { [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention({|ATTN001:3|})] public sealed partial class Model; } namespace B { [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention({|ATTN001:3|})] public sealed partial class Model; }";

    /// <summary>Mistakes beside the model, and what the compiler says of them.</summary>
    public static TheoryData<string, string> Besides => new()
    {
        { "", "" },
        { "class User { Missing? field; }", "CS0246" },
        { "class User : Sealed { } sealed class Sealed { }", "CS0509" },
        { "class User { int M() => missing; }", "CS0103" },
        { "class User { int M() => missing; Missing? field; }", "CS0103 CS0246" },
        { "class Twice; class Twice;", "CS0101" },
    };

    [Theory, MemberData(nameof(Besides))]
    public Task MissingPartial(string beside, string error) => Expect(NotPartial, beside, error);

    [Theory, MemberData(nameof(Besides))]
    public Task WrongNumber(string beside, string error) => Expect(WrongHeads, beside, error);

    [Theory, MemberData(nameof(Besides))]
    public Task StageOutsideOfAModel(string beside, string error) => Expect(Stray, beside, error);

    /// <summary>However the attribute is written.</summary>
    [Theory]
    [InlineData("using Attention.Dsl;", "EncoderAttribute")]
    [InlineData("", "Attention.Dsl.Encoder")]
    [InlineData("", "global::Attention.Dsl.EncoderAttribute")]
    [InlineData("using Alias = Attention.Dsl.EncoderAttribute;", "Alias")]
    [InlineData("using AliasAttribute = Attention.Dsl.EncoderAttribute;", "Alias")]
    [InlineData("using Dsl = Attention.Dsl;", "Dsl::Encoder")]
    public Task StageOutsideOfAModel_IsFound(string directive, string written) =>
        Expect($"{directive} namespace Toys {{ [{{|ATTN009:{written}|}}(1, 8)] public sealed partial class Model; }}", "class User { Missing? field; }", "CS0246");

    [Theory, MemberData(nameof(Besides))]
    public Task ModelsOfOneName(string beside, string error) => Expect(Two, beside, error);

    /// <summary>A declaration that uses what is not generated is the compiler's first error.</summary>
    [Fact]
    public Task MissingPartial_OfAModelThatIsUsed() => Expect(NotPartial, "internal class User { internal Model.Session? Session; }", "CS0426");

    [Fact]
    public Task MissingModel_OfAStageThatIsUsed() => Expect(Stray.Replace("Outer<T>", "Outer", StringComparison.Ordinal), "internal class User { internal Toys.Outer.Session? Session; }", "CS0426");

    /// <summary>A field of a generated type is no error: where there is a stub the analyzer is asked.</summary>
    [Fact]
    public async Task WrongNumber_OfAModelThatIsUsed_IsLeftToTheAnalyzer() =>
        Assert.Empty((await Expect(WrongHeads, "internal class User { internal Model.Session? Session; }", "")).Run.Result.Diagnostics);

    /// <summary>The compiler stops at errors of parsing before it runs generators; an editor does not.</summary>
    [Fact]
    public async Task ErrorsOfParsing_AreAllThatABuildShows()
    {
        Analysis analysis = await Analysis.Of(Analysis.Unmarked(WrongHeads), "class User {");
        Assert.Empty(analysis.InBuild);
        Assert.Equal(["ATTN001"], analysis.Findings.Select(finding => finding.Id));
    }

    /// <summary>Levels that the user sets, and <c>#pragma</c>, hold for what the generator reports too.</summary>
    [Fact]
    public async Task Pragma_Holds()
    {
        Analysis analysis = await Analysis.Of("#pragma warning disable ATTN001\n" + Analysis.Unmarked(WrongHeads), "class User { Missing? field; }");
        Assert.Empty(analysis.Findings);
    }

    /// <summary>Of a generator's run that is a keystroke old, as editors may have it, only what it reported is left to it.</summary>
    [Fact]
    public async Task WhatIsNew_TheAnalyzerTells()
    {
        GeneratorRun run = GeneratorRun.Of(Analysis.Unmarked(WrongHeads), "class User { Missing? field; }");
        Assert.Equal(["ATTN001"], run.Result.Diagnostics.Select(finding => finding.Id));
        SyntaxTree old = run.Input.SyntaxTrees.First();
        Compilation edited = run.Output.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(old.ToString().Replace("Embedding(9", "Embedding(0", StringComparison.Ordinal), (CSharpParseOptions)old.Options, old.FilePath));
        Assert.Equal(["ATTN004"], (await Analysis.OfAnalyzer(edited)).Select(finding => finding.Id));
    }

    /// <summary>The step that knows locations is the only one that another file's edit wakes, and it finds what it found.</summary>
    [Fact]
    public void Reporting_LeavesTheOtherStepsCached()
    {
        GeneratorRun first = GeneratorRun.Of(Analysis.Unmarked(WrongHeads), "class User { Missing? field; }");
        GeneratorRun second = GeneratorRun.Of(first.Input.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Added;", (CSharpParseOptions)first.Input.SyntaxTrees.First().Options)), first.Driver);
        Assert.Equal(["ATTN001"], second.Result.Diagnostics.Select(finding => finding.Id));
        var steps = second.Result.Results.Single().TrackedSteps;
        Assert.All(AttentionGenerator.Steps.All[1..], step => Assert.Equal([IncrementalStepRunReason.Cached], steps[step].SelectMany(tracked => tracked.Outputs).Select(output => output.Reason)));
        Assert.Equal([IncrementalStepRunReason.Unchanged], steps[AttentionGenerator.Steps.Report].SelectMany(tracked => tracked.Outputs).Select(output => output.Reason));

        // The mistake beside it is mended: the analyzer will be asked again.
        GeneratorRun third = GeneratorRun.Of(second.Input.RemoveSyntaxTrees(second.Input.SyntaxTrees.ElementAt(1)), second.Driver);
        Assert.Empty(third.Result.Diagnostics);
        Assert.Single(third.Files);
    }

    [Fact]
    public void Steps_EndWhenTheyAreToEnd()
    {
        ModelDeclaration model = DeclarationReader.Read(GeneratorRun.Compile(Analysis.Model).GetTypeByMetadataName("Toys.Pronouncer")!, CancellationToken.None);
        Assert.Empty(Pipeline.FindingsOf(model, CancellationToken.None));
        Assert.Throws<OperationCanceledException>(() => Pipeline.FindingsOf(model, new CancellationToken(canceled: true)));
    }

    /// <summary>That each finding is told once in a build and once in an editor, and that the compiler says nothing but these errors, of the user's files.</summary>
    private static async Task<Analysis> Expect(string markup, string beside, string errors)
    {
        string[] expected = Analysis.Marks(markup);
        Analysis analysis = await Analysis.Of(Analysis.Unmarked(markup), beside);
        Assert.Equal(expected, analysis.InBuild.Select(finding => finding.Id));
        Assert.Equal(expected, analysis.Findings.Select(finding => finding.Id));
        Assert.All(analysis.Findings, finding => Assert.Equal(analysis.Run.Input.SyntaxTrees.First(), finding.Location.SourceTree));
        Diagnostic[] found = [.. analysis.Errors.Where(found => found.Severity == DiagnosticSeverity.Error)];
        Assert.Equal(errors, string.Join(' ', found.Select(found => found.Id).Distinct().Order(StringComparer.Ordinal)));
        Assert.All(found, found => Assert.Equal(analysis.Run.Input.SyntaxTrees.Last(), found.Location.SourceTree));
        return analysis;
    }
}
