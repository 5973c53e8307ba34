using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Attention.Text;
using Attention.Text.Tests;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>
/// A program that is one file, without a project, with models and tokenizers. The ids that it gives for hostile texts are those of this process, which other tests hold
/// against the reference: compiled when it runs and before, with the system's data on languages and without.
/// </summary>
public sealed class FileTests(Workspace workspace)
{
    private const string Program = """
        using System.Runtime.InteropServices;
        using System.Text;
        using Attention.Dsl;
        using Attention.Text;

        if (args[0] == "ids")
        {
            Console.WriteLine("\u00E9".Normalize(NormalizationForm.FormD).Length);
            string[] texts = [.. File.ReadLines(args[2]).Select(line => new string(MemoryMarshal.Cast<byte, char>(Convert.FromHexString(line))))];
            foreach (string file in Directory.GetFiles(args[1]).Order(StringComparer.Ordinal))
            {
                using FileStream stream = File.OpenRead(file);
                Tokenizer tokenizer = file.EndsWith(".model", StringComparison.Ordinal) ? Tokenizer.LoadSentencePiece(stream) : Tokenizer.Load(stream);
                foreach (string text in texts)
                    Console.WriteLine(string.Join(' ', tokenizer.EncodeToIds(text)));
            }

            return;
        }
        """;

    private static readonly string[] s_texts =
    [
        .. SentencePieceGoldens.Texts, .. HostileText.Lines(400, 31, "[CLS]", "[MASK]", "<|endoftext|>", "<s>", "<mask>"),
        "\uFFFE", "e\u0301\uFFFE", "\uD800", "caf\u00E9 \uDC00b", "\uD83D", "\uDE00\uD83D", "",
    ];

    [Fact]
    public void Runs()
    {
        Write();
        Embedder.AssertPrinted(workspace.Verb("File", ["run", "app.cs", "--", .. Embedder.Arguments]));
        AssertIds("dotnet run app.cs --");
    }

    /// <summary>As one native file, for which the package chooses instructions.</summary>
    [Fact]
    public void IsPublished()
    {
        Write();
        Ended published = workspace.Build("File", "publish", "app.cs", "-o", "out");
        Packs.SkipIfMissing(published);
        Packs.SkipIfNoLinker(published);
        Assert.Empty(published.Succeeded().Findings);
        Assert.Contains("AttentionDsl: app is compiled for x86-64-v3 and does not start on processors without AVX2 and FMA", published.Output, StringComparison.Ordinal);
        Assert.SkipUnless(Fma.IsSupported && Avx2.IsSupported, "The program is for AVX2.");
        Assert.Equal(".NET 10, Avx2", Embedder.AssertPrinted(workspace.Run("File", "app", Embedder.Arguments)));
        AssertIds("./out/app");
    }

    /// <summary>The program; its folder leaves open whether it is invariant, which the environment then says.</summary>
    private void Write()
    {
        workspace.Write("File/Directory.Build.props", "<Project><PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>");
        workspace.Write("File/app.cs", $"#:package AttentionDsl.Text@{workspace.Version}\n\n{Program}{Embedder.Program.Replace("using Attention.Dsl;\n", "", StringComparison.Ordinal)}");
    }

    private void AssertIds(string program)
    {
        (string Name, byte[] File)[] tokenizers =
        [
            ("albert.json", Bytes(UnigramKinds.Json("albert"))),
            ("bert.json", Bytes(Vocabularies.BertJson(Vocabularies.MiniLm(), maxLength: null))),
            ("gpt2.json", Bytes(ByteLevelKinds.Gpt2)),
            ("nfkc.model", SentencePieceGoldens.Model("unigram-nmt_nfkc_cf")),
            ("qwen2.json", Bytes(ByteLevelKinds.Qwen2)),
            ("xlm-r.json", Bytes(UnigramKinds.Json("xlm-r"))),
        ];
        foreach ((string name, byte[] file) in tokenizers)
        {
            workspace.Write($"File/tokenizers/{name}", "");
            File.WriteAllBytes(workspace.PathOf("File", "tokenizers", name), file);
        }

        File.WriteAllLines(workspace.PathOf("File", "texts"), s_texts.Select(text => Convert.ToHexString(MemoryMarshal.AsBytes(text.AsSpan()))));
        string[] expected = [.. tokenizers.SelectMany(tokenizer => Ids(tokenizer.Name, new MemoryStream(tokenizer.File)))];
        Assert.True(s_texts.Length > 500 && expected.Distinct().Count() > 2000);

        foreach (bool invariant in new[] { false, true })
        {
            Ended ended = workspace.Shell("File", $"{program} ids tokenizers texts", ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", invariant ? "1" : "0"));
            Assert.SkipWhen(ended.Output.Contains("valid ICU package", StringComparison.Ordinal), "The system has no ICU.");
            string[] lines = ended.Succeeded().Output.Split('\n');
            Assert.Equal(invariant ? "1" : "2", lines[0]); // what the runtime makes of an accent tells the modes apart
            Assert.Equal(expected, lines[1..(expected.Length + 1)]);
        }

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        static IEnumerable<string> Ids(string name, Stream file)
        {
            Tokenizer tokenizer = name.EndsWith(".model", StringComparison.Ordinal) ? Tokenizer.LoadSentencePiece(file) : Tokenizer.Load(file);
            return s_texts.Select(text => string.Join(' ', tokenizer.EncodeToIds(text)));
        }
    }
}
