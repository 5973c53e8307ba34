using System.Globalization;
using System.Text;
using Attention.Generator;
using Attention.Tool.Checkpoints;
using Attention.Tool.Scaffolding.Families;

namespace Attention.Tool.Scaffolding;

/// <summary>Writes the class that a checkpoint is of.</summary>
internal static class Scaffolder
{
    private const string PyTorch = "pytorch", UseLite = "use-lite";

    /// <summary>The families by Hugging Face's <c>model_type</c>.</summary>
    private static readonly Dictionary<string, Action<ScaffoldSource, ClassText>> s_families = new(StringComparer.Ordinal)
    {
        ["bert"] = BertFamily.Bert,
        ["roberta"] = BertFamily.Roberta,
        ["xlm-roberta"] = BertFamily.Roberta,
        ["camembert"] = BertFamily.Roberta,
        ["longformer"] = BertFamily.Longformer,
        ["big_bird"] = BertFamily.BigBird,
        ["mpnet"] = BertFamily.MpNet,
        ["distilbert"] = BertFamily.DistilBert,
        ["albert"] = NarrowFamily.Albert,
        ["electra"] = NarrowFamily.Electra,
        ["deberta"] = DebertaFamily.Deberta,
        ["deberta-v2"] = DebertaFamily.DebertaV2,
        ["modernbert"] = ModernBertFamily.Declare,
        ["nomic_bert"] = NomicFamily.Declare,
        ["vit"] = ImageFamily.Vit,
        ["deit"] = ImageFamily.Deit,
        ["vit-pytorch"] = ImageFamily.VitPyTorch,
        ["clip"] = ImageFamily.Clip,
        ["gpt2"] = DecoderFamily.Gpt2,
        ["llama"] = LlamaFamily.Llama,
        ["mistral"] = LlamaFamily.Llama,
        ["qwen2"] = LlamaFamily.Llama,
        ["qwen3"] = LlamaFamily.Llama,
        ["gemma"] = LlamaFamily.Gemma,
        ["gemma2"] = LlamaFamily.Gemma2,
        ["gemma3_text"] = LlamaFamily.Gemma2,
        ["olmo2"] = LlamaFamily.Olmo2,
        ["phi"] = DecoderFamily.Phi,
        ["phi3"] = LlamaFamily.Phi3,
        ["t5"] = T5Family.T5,
        ["mt5"] = T5Family.T5,
        ["gptj"] = DecoderFamily.GptJ,
        ["gpt_neox"] = DecoderFamily.GptNeoX,
        ["bloom"] = DecoderFamily.Bloom,
        ["bart"] = BartFamily.Bart,
        ["marian"] = BartFamily.Marian,
        ["mbart"] = BartFamily.Mbart,
        ["m2m_100"] = BartFamily.M2M,
        ["crossvit"] = CrossVitFamily.Declare,
        [UseLite] = UseLiteFamily.Declare,
        [PyTorch] = PyTorchFamily.Declare,
    };

    /// <summary>The families whose authors write no config.json, which are known by their names, and the options that say what it would.</summary>
    private static readonly Dictionary<string, string[]> s_untold = new(StringComparer.Ordinal)
    {
        ["vit-pytorch"] = ["--heads", "--activation"],
        ["crossvit"] = ["--heads"],
        [UseLite] = ["--heads"],
        [PyTorch] = ["--heads", "--activation", "--norm", "--positions", "--scaled", "--causal"],
    };

    /// <summary>The families that it knows.</summary>
    public static IReadOnlyCollection<string> Families => s_families.Keys;

    /// <summary>The class of a checkpoint, beside which config.json lies, unless the family's authors write none.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">The class's name; null for one like the folder's.</param>
    /// <param name="space">Its namespace; null for none.</param>
    /// <param name="wishes">What is asked for.</param>
    /// <exception cref="ToolException">There is no declaration of it.</exception>
    public static Scaffold Of(Checkpoint checkpoint, string? name, string? space, ScaffoldWishes wishes)
    {
        string path = Path.Combine(checkpoint.Folder, "config.json");
        ModelConfig? told = File.Exists(path) ? ModelConfig.Read(path) : null;
        string family = told is { ModelType.Length: > 0 } ? told.ModelType : GuessOf(checkpoint);
        if (told is null && !s_untold.ContainsKey(family))
            throw new ToolException($"{checkpoint.Folder}: expected config.json beside the checkpoint, which tells the heads, found none; fetch it too, or write one, as {{\"model_type\": \"{(family.Length > 0 ? family : "bert")}\", \"num_attention_heads\": …}}.");
        if (!s_families.TryGetValue(family, out Action<ScaffoldSource, ClassText>? declare) || (told is { ModelType.Length: 0 } && !s_untold.ContainsKey(family)))
        {
            string meant = EditDistance.Slip(told!.ModelType, s_families.Keys) is string near ? $"; the nearest is {near}" : "";
            throw new ToolException($"{path}: expected model_type to be one of {string.Join(", ", s_families.Keys)}, found '{told.ModelType}'{meant}. Others are declared by hand, with [Tensor] for their names: see docs/attention.md.");
        }

        if (wishes.Untold.Except(s_untold.GetValueOrDefault(family, [])).FirstOrDefault() is string option)
            throw new ToolException($"{option} does not go with {family}, {(s_untold.ContainsKey(family) ? "which has no choice there" : "whose config.json says it")}; leave it out.");
        var source = new ScaffoldSource(family, told ?? ModelConfig.None(path), checkpoint, wishes);
        var text = new ClassText();
        declare(source, text);
        source.CheckAsked();
        string[] notes = [.. source.Notes.Select(InnerPath.Printable)];
        string called = name ?? NameOf(checkpoint.Folder);
        string summary = string.Create(CultureInfo.InvariantCulture, $"{TitleOf(checkpoint.Folder)}, a model of {family}, as {checkpoint.Name} has it.");
        return new Scaffold(called, space, text.Write(called, space, summary.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal), notes), notes);
    }

    /// <summary>The family whose names a checkpoint has; empty where it is none.</summary>
    private static string GuessOf(Checkpoint checkpoint)
    {
        string[] names = [.. checkpoint.Tensors.Select(tensor => tensor.Name)];
        return names.Any(PyTorchFamily.IsLayer) ? PyTorch : names.Any(UseLiteFamily.IsLayer) ? UseLite
            : LayoutGuess.Of(names) is LayoutGuess guess ? s_families.Keys.FirstOrDefault(key => key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Equals(guess.Name, StringComparison.OrdinalIgnoreCase)) ?? "" : "";
    }

    /// <summary>The name of a folder, or of the repository whose snapshot it is in Hugging Face's cache.</summary>
    private static string TitleOf(string folder)
    {
        var at = new DirectoryInfo(folder);
        string title = at.Parent is { Name: "snapshots", Parent.Name: string repository } && repository.StartsWith("models--", StringComparison.Ordinal) ? repository.Split("--")[^1] : at.Name;
        return InnerPath.Printable(title);
    }

    /// <summary>A class's name that is like a folder's: its words with capitals, without what no name has.</summary>
    private static string NameOf(string folder)
    {
        var name = new StringBuilder();
        bool begins = true;
        foreach (char letter in TitleOf(folder))
        {
            bool isPart = char.IsAsciiLetterOrDigit(letter);
            if (isPart)
                name.Append(begins ? char.ToUpperInvariant(letter) : letter);
            begins = !isPart;
        }

        return name.Length == 0 ? "Model" : char.IsAsciiDigit(name[0]) ? "Model" + name : name.ToString();
    }
}

/// <summary>A class that was written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for none.</param>
/// <param name="Text">The file.</param>
/// <param name="Notes">What it cannot say, and what was decided.</param>
internal sealed record Scaffold(string Name, string? Namespace, string Text, IReadOnlyList<string> Notes)
{
    public string FullName => Namespace is null ? Name : $"{Namespace}.{Name}";
}
