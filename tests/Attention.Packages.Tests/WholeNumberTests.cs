using System.Globalization;
using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>Products of whole numbers are of the level that the target framework says, and each level has the same bits on each framework, whichever instructions it knows.</summary>
public sealed class WholeNumberTests(Workspace workspace)
{
    private static readonly string[] s_levels = ["W8A8", "W7A8", "W7A7", "W6A7", "W4A8", "W4A8Affine", "Int8"];

    private static readonly string s_models = string.Join("\n", s_levels.Select(level => Embedder.Model
        .Replace("[AttentionModel(", $"[AttentionModel(Products = ProductFormat.{level}, ", StringComparison.Ordinal).Replace("MiniLm;", $"{level}Model;", StringComparison.Ordinal)));

    private static readonly string s_program = $$"""
        using Attention.Dsl;

        int[] tokens = [.. args.Skip(1).Select(int.Parse)];
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported))
        {
            {{string.Join("\n    ", s_levels.Select(level => $"Print(\"{level}\", {level}Model.Load(args[0], set).CreateSession().Forward(tokens));"))}}

            void Print(string level, ReadOnlySpan<float> vector) =>
                Console.WriteLine($"{level} {set} {string.Join(' ', vector.ToArray().Select(value => BitConverter.SingleToInt32Bits(value).ToString("x8")))}");
        }

        {{s_models}}
        """;

    [Fact]
    public void Levels_have_the_same_bits_on_net11()
    {
        const string generated = "<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles><EnforceExtendedAnalyzerRules>false</EnforceExtendedAnalyzerRules>";
        string items = $"</ItemGroup><Import Project=\"{Repository.PathOf("bench", "net11.props")}\" /><ItemGroup>{workspace.Reference}";
        workspace.Add("Whole11", s_program, "<TargetFramework>net11.0</TargetFramework><EnablePreviewFeatures>true</EnablePreviewFeatures>" + generated, items);
        Ended restored = workspace.Build("Whole11", "restore");
        Assert.SkipUnless(restored.Code == 0, "There are no packs of net11.0 here: " + string.Join("; ", restored.Findings.Take(1)));
        workspace.Build("Whole11").Succeeded();
        workspace.Add("Whole10", s_program, generated, workspace.Reference);
        workspace.Build("Whole10").Succeeded();
        Assert.Contains("AvxVnni.V512", Kernels("Whole11"), StringComparison.Ordinal);
        Assert.DoesNotContain("AvxVnni.V512", Kernels("Whole10"), StringComparison.Ordinal);

        string[] arguments = [Embedder.Golden.Path, .. Embedder.Golden.Ids("0.token_ids").Select(id => id.ToString(CultureInfo.InvariantCulture))];
        Dictionary<string, string> next = Printed(workspace.Run("Whole11", "Whole11", arguments)), now = Printed(workspace.Run("Whole10", "Whole10.dll", arguments));
        Assert.Equal(now.Keys, next.Keys);
        Assert.All(now.Keys.Where(key => !key.StartsWith("Int8", StringComparison.Ordinal)), key => Assert.Equal(now[key], next[key]));
        Assert.All(now.Keys.Where(key => key.StartsWith("Int8", StringComparison.Ordinal)), key => Assert.Equal(
            (now[key.Replace("Int8", "W7A7", StringComparison.Ordinal)], next[key.Replace("Int8", "W8A8", StringComparison.Ordinal)]), (now[key], next[key])));
        Assert.Equal(s_levels.Length - 1, now.Where(pair => pair.Key.EndsWith("Portable", StringComparison.Ordinal) && !pair.Key.StartsWith("Int8", StringComparison.Ordinal)).Select(pair => pair.Value).Distinct().Count());
    }

    private string Kernels(string project) => string.Concat(Directory.EnumerateFiles(workspace.PathOf(project, "obj"), "*Avx512.g.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    /// <summary>What is printed, by level and instruction set.</summary>
    private static Dictionary<string, string> Printed(Ended ended) => ended.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(line => string.Join(' ', line.Split(' ')[..2]), line => string.Join(' ', line.Split(' ')[2..]));
}
