using Xunit;

namespace Attention.Packages.Tests;

/// <summary>A library that declares two models, and a program that uses them: every analyzer of the SDK on, and every warning an error.</summary>
public sealed class StrictTests(Workspace workspace)
{
    private const string Properties = """
        <ImplicitUsings>disable</ImplicitUsings>
        <Nullable>disable</Nullable>
        <AnalysisMode>All</AnalysisMode>
        <NeutralLanguage>en</NeutralLanguage>
        <GenerateDocumentationFile>true</GenerateDocumentationFile>
        <CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>
        <NoWarn>$(NoWarn);NU1507</NoWarn>
        """;

    /// <summary>Versions stand in one file, as many repositories have it; the program also uses ONNX Runtime, as whoever migrates does.</summary>
    [Fact]
    public void LibraryAndProgram()
    {
        workspace.Write("Strict/Directory.Packages.props", $"""
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup>
                <PackageVersion Include="AttentionDsl" Version="{workspace.Version}" />
                <PackageVersion Include="Microsoft.ML.OnnxRuntime.Managed" Version="1.31.1" />
              </ItemGroup>
            </Project>
            """);
        workspace.Add("Strict/Models", $$"""
            using System;
            using Attention.Dsl;

            [assembly: CLSCompliant(false)]
            [assembly: System.Runtime.InteropServices.ComVisible(false)]

            namespace Strict.Models
            {
                /// <summary>Embeds sentences.</summary>
                {{Embedder.Model.ReplaceLineEndings("\n        ")}}

                /// <summary>Spells what it reads.</summary>
                [AttentionModel]
                public sealed partial class Speller
                {
                    /// <summary>What is read; a namespace has this name too.</summary>
                    [Encoder(layers: 1, width: 8)]
                    [Embedding(vocabulary: 7, length: 5)]
                    [SelfAttention(heads: 2)]
                    [FeedForward(16, Activation.Relu)]
                    public sealed partial class Text;

                    /// <summary>What is spelled.</summary>
                    [Decoder(layers: 1, width: 8)]
                    [Embedding(vocabulary: 9, length: 5)]
                    [SelfAttention(heads: 2)]
                    [CrossAttention(from: nameof(Text))]
                    [FeedForward(16, Activation.Relu)]
                    [Logits]
                    public sealed partial class Letters;
                }
            }
            """, "<OutputType>Library</OutputType><ErrorLog>findings.sarif,version=2.1</ErrorLog>" + Properties, """<PackageReference Include="AttentionDsl" />""");
        workspace.Add("Strict/Program", """
            using System;
            using System.Globalization;
            using System.Linq;
            using Attention.Dsl;
            using Microsoft.ML.OnnxRuntime;
            using Microsoft.ML.OnnxRuntime.Tensors;
            using Strict.Models;

            [assembly: CLSCompliant(false)]
            [assembly: System.Runtime.InteropServices.ComVisible(false)]

            namespace Strict
            {
                /// <summary>One more, which a program need not show; its one tensor's name is given by an attribute that is called as a class of ONNX Runtime's.</summary>
                [AttentionModel]
                [Tensor(TensorRole.Embedding, "table")]
                [Encoder(layers: 0, width: 4)]
                [Embedding(vocabulary: 5, length: 3)]
                internal sealed partial class Tiny;

                internal static class Program
                {
                    private static void Main(string[] args)
                    {
                        ArgumentNullException.ThrowIfNull(args);
                        Console.WriteLine(string.Join(' ', typeof(SessionOptions).Namespace, typeof(SessionSettings).Namespace, nameof(DenseTensor<float>), typeof(Tiny).Name, typeof(Speller.Letters).Name));
                        using (MiniLm model = MiniLm.Load(args[0]))
                        using (MiniLm.Session session = model.CreateSession(new SessionSettings { BatchTokens = 16 }))
                        {
                            int[] tokens = args.Skip(2).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
                            Console.WriteLine(string.Join(' ', session.Forward(tokens).ToArray()));
                        }
                    }
                }
            }
            """, Properties, """<PackageReference Include="Microsoft.ML.OnnxRuntime.Managed" /><ProjectReference Include="../Models/Models.csproj" />""");
        Ended built = workspace.Build("Strict/Program");
        Assert.Empty(built.Succeeded().Findings);

        // What the SDK has against stages is found, and answered.
        string findings = File.ReadAllText(workspace.PathOf("Strict", "Models", "findings.sarif"));
        foreach (string rule in new[] { "CA1034", "CA1724" })
            Assert.Contains($"\"ruleId\": \"{rule}\"", findings, StringComparison.Ordinal);
        Assert.Contains("A stage is a class nested in its model, which shows it", findings, StringComparison.Ordinal);
        Assert.Equal("Microsoft.ML.OnnxRuntime Attention.Dsl DenseTensor Tiny Letters", Embedder.AssertPrinted(workspace.Run("Strict/Program", "Program.dll", Embedder.Arguments)));
    }
}
