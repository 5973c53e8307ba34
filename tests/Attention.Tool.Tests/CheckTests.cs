using System.Text.Json;
using Attention.Tool.Compiling;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class CheckTests : IDisposable
{
    private const string Class = """
        using Attention.Dsl;

        namespace Toys;

        [AttentionModel]
        [Encoder(layers: 1, width: 4, Prefix = "")]
        [Embedding(vocabulary: 5, length: 3)]
        [SelfAttention(heads: 2, Bias = false)]
        public sealed partial class Toy;
        """;

    private readonly TemporaryFolder _folder = new();

    public CheckTests() => _folder.WriteCheckpoint("model.safetensors", ("embedding.weight", [5, 4]), ("layers.0.self_attn.in_proj_weight", [12, 4]), ("layers.0.self_attn.out_proj.weight", [4, 4]), ("layers.0.norm1.weight", [4]), ("layers.0.norm1.bias", [4]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_class_that_fits_ends_with_0()
    {
        Ran ran = await Ran.Of("check", _folder.Write("Toy.cs", Class), _folder.Path);
        Assert.Equal((Cli.Done, $"Toys.Toy fits {_folder.Path}\n"), (ran.Code, ran.Output));
        JsonElement answer = await Ran.Json("check", _folder["Toy.cs"], _folder["model.safetensors"]);
        Assert.True(answer.GetProperty("fits").GetBoolean());
    }

    [Fact]
    public async Task An_assembly_is_held_against_a_checkpoint_too()
    {
        using (FileStream file = File.Create(_folder["Toys.dll"]))
            ModelCompiler.Of(("Toy.cs", Class + "\n" + Class[Class.IndexOf("[AttentionModel", StringComparison.Ordinal)..].Replace("Toy", "Other", StringComparison.Ordinal).Replace("vocabulary: 5", "vocabulary: 6", StringComparison.Ordinal))).Emit(file, default);
        Assert.Equal(Cli.Done, (await Ran.Of("check", _folder["Toys.dll"], _folder.Path, "--class", "Toy")).Code);
        Assert.Equal(Cli.Misfit, (await Ran.Of("check", _folder["Toys.dll"], _folder.Path, "--class", "Toys.Other")).Code);
        Assert.Contains("expected one model, found Toys.Toy, Toys.Other; say which by --class", await Ran.Failure("check", _folder["Toys.dll"], _folder.Path));
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_with_1()
    {
        Ran ran = await Ran.Of("check", _folder.Write("Toy.cs", Class.Replace("vocabulary: 5", "vocabulary: 6", StringComparison.Ordinal).Replace(", Bias = false", "", StringComparison.Ordinal)), _folder.Path, "--json");
        Assert.Equal(Cli.Misfit, ran.Code);
        string[] misfits = [.. JsonDocument.Parse(ran.Output).RootElement.GetProperty("misfits").EnumerateArray().Select(misfit => misfit.GetString()!)];
        Assert.Equal(3, misfits.Length);
        Assert.Contains(misfits, misfit => misfit.Contains("'embedding.weight': expected shape [6, 4], found [5, 4]", StringComparison.Ordinal));
        Assert.Contains(misfits, misfit => misfit.Contains("'layers.0.self_attn.in_proj_bias'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Findings_of_the_class_are_told_with_1()
    {
        Ran ran = await Ran.Of("check", _folder.Write("Toy.cs", Class.Replace("heads: 2", "heads: 3", StringComparison.Ordinal)), _folder.Path);
        Assert.Equal(Cli.Misfit, ran.Code);
        Assert.Matches(@"Toy\.cs\(8,\d+\): error ATTN\d+", ran.Output);
    }

    [Fact]
    public async Task What_is_no_class_is_one_line()
    {
        Assert.Contains("expected a class with [AttentionModel], found none", await Ran.Failure("check", _folder.Write("None.cs", "class A;"), _folder.Path));
        Assert.Contains("expected a class Other with [AttentionModel], found none", await Ran.Failure("check", _folder.Write("Toy.cs", Class), _folder.Path, "--class", "Other"));
        Assert.Contains("expected one model, found", await Ran.Failure("check", _folder.Write("Two.cs", Class + Class[Class.IndexOf("[AttentionModel", StringComparison.Ordinal)..].Replace("Toy", "Toy2", StringComparison.Ordinal)), _folder.Path));
        Assert.Contains("expected an assembly of .NET", await Ran.Failure("check", _folder.Write("Not.dll", "text"), _folder.Path));
        Assert.Contains("found nothing of that name", await Ran.Failure("check", _folder["gone.cs"], _folder.Path));
    }

    [Fact]
    public async Task A_model_is_described_as_text_json_and_a_diagram()
    {
        string file = _folder.Write("Toy.cs", Class);
        Ran text = await Ran.Of("describe", file);
        Assert.StartsWith("Toy: 92 parameters, weights ", text.Output);
        Assert.Contains("  layer 0\n    product 4 → 12\n    self-attention, 2 heads × 2\n    product 4 → 4, residual\n", text.Output);
        JsonElement model = (await Ran.Json("describe", file)).GetProperty("models")[0];
        Assert.Equal(92, model.GetProperty("parameters").GetInt64());
        Assert.Equal(2 * ((4 * 12) + (4 * 4)), model.GetProperty("stages")[0].GetProperty("flopsPerRow").GetInt64());
        Ran diagram = await Ran.Of("describe", file, "--mermaid");
        Assert.StartsWith("flowchart TD\n  subgraph S0[\"Toy: 92 parameters\"]\n", diagram.Output);
        Assert.Contains("S0P1N0 --> S0P1N1[\"self-attention, 2 heads × 2\"]", diagram.Output);
        Assert.Equal(diagram.Output.Split('\n').Count(line => line.TrimStart().StartsWith("subgraph", StringComparison.Ordinal)), diagram.Output.Split('\n').Count(line => line.Trim() == "end"));
    }
}
