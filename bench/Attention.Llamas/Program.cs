// A llama of TinyLlama's and one of SmolLM's shape with random weights: a prompt of 128 tokens and the steps behind it, of one sequence and of sixteen together; ours, llama.cpp and ONNX Runtime, one contender and one format a process, in turns.
// Arguments: [--shape tinyllama|smollm] [--format float32|bfloat16|int8|int4] [--contender ours|llama.cpp|onnx] [--threads N] [--turns N].
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Llamas;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
const int Prompt = 128, Steps = 32, Rounds = 5;
int threads = int.Parse(Value("--threads") ?? "2", CultureInfo.InvariantCulture), turns = int.Parse(Value("--turns") ?? "3", CultureInfo.InvariantCulture);
if (Value("--child") is string folder)
    return Child(folder, LlamaShape.All.First(shape => shape.Name == Value("--shape")), Value("--format")!, Value("--contender")!);

string program = Environment.ProcessPath!, work = Directory.CreateTempSubdirectory("llamas").FullName;
try
{
    foreach (LlamaShape shape in LlamaShape.All.Where(shape => Value("--shape") is null || shape.Name == Value("--shape")))
    {
        foreach (string format in new[] { "float32", "bfloat16", "int8", "int4" }.Where(format => Value("--format") is null || format == Value("--format")))
        {
            string[] contenders = [.. new[] { "ours", "llama.cpp", "onnx" }.Where(contender => (Value("--contender") is null || contender == Value("--contender")) && (contender != "onnx" || format != "bfloat16"))];
            foreach (string contender in contenders)
                Write(shape, format, contender);
            var figures = contenders.ToDictionary(contender => contender, _ => new List<Figures>());
            for (int turn = 0; turn < turns; turn++)
            {
                foreach (string contender in contenders)
                    figures[contender].Add(JsonSerializer.Deserialize<Figures>(ChildProcess.Run(program, ["--child", work, "--shape", shape.Name, "--format", format, "--contender", contender, "--threads", $"{threads}"]).Output)!);
            }

            Tell(shape, format, figures);
            foreach (string file in Directory.GetFiles(work))
                File.Delete(file);
        }
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}

return 0;

void Write(LlamaShape shape, string format, string contender)
{
    string path = Path.Combine(work, contender);
    if (contender == "onnx")
        Onnx.Write(shape, format, path);
    else if (contender == "llama.cpp")
        LlamaCpp.Write(shape, format, path);
    else
    {
        var writer = new SafeTensorsWriter();
        foreach ((string name, int[] sizes) in shape.Tensors())
        {
            long count = sizes.Aggregate(1L, (product, size) => product * size);
            bool isNarrow = format != "int4";
            writer.Add(name, isNarrow ? "BF16" : "F32", [.. sizes.Select(size => (long)size)], (isNarrow ? 2 : 4) * count, stream =>
            {
                float[] values = LlamaShape.ValuesOf(name, sizes, format);
                stream.Write(isNarrow ? MemoryMarshal.AsBytes(LlamaCpp.Narrow(values).AsSpan()) : MemoryMarshal.AsBytes(values.AsSpan()));
            });
        }

        writer.Save(path);
    }
}

int Child(string from, LlamaShape shape, string format, string contender)
{
    string path = Path.Combine(from, contender);
    using Contender model = contender switch
    {
        "onnx" => new Onnx(path, shape, threads),
        "llama.cpp" => new LlamaCpp(path, threads),
        _ => new Ours(path, shape, format, threads),
    };
    int[] tokens = [.. Enumerable.Range(0, Prompt + Steps).Select(i => i * 7919 % shape.Vocabulary)];
    double bytes = BytesOf(format, contender), read = bytes * (shape.LayerWeights + ((long)shape.Vocabulary * shape.Width));
    long keysTogether = Prompt + (Rounds * Steps / 4 / 2);
    double promptWork = (2.0 * ((Prompt * shape.LayerWeights) + ((long)shape.Vocabulary * shape.Width))) + shape.AttentionWork(Prompt * (Prompt + 1L) / 2);
    double togetherWork = LlamaShape.Together * ((2.0 * shape.StepWeights) + shape.AttentionWork(keysTogether));
    var memory = new Bandwidth(1L << 30, threads);
    Share prompt = new(promptWork, () => 1e9 * Peak.Measure(100, threads)), step = new(read, memory.Measure), together = new(togetherWork, () => 1e9 * Peak.Measure(100, threads));
    float[] first = [], last = [];
    for (int round = 0; round < Rounds; round++)
    {
        float[] logits = [];
        prompt.Round(1, _ => logits = model.Prompt(tokens.AsSpan(0, Prompt))[..4].ToArray());
        first = logits;
        step.Round(Steps, i => logits = model.Step(tokens[Prompt + i])[..4].ToArray());
        last = logits;
    }

    model.PromptTogether(tokens, Prompt);
    var next = new int[LlamaShape.Together];
    for (int round = 0; round < Rounds; round++)
    {
        together.Round(Steps / 4, i =>
        {
            for (int sequence = 0; sequence < next.Length; sequence++)
                next[sequence] = tokens[(Prompt + (round * Steps / 4) + i + sequence) % tokens.Length];
            ReadOnlySpan<float> logits = model.StepTogether(next);
            if (round == Rounds - 1 && i == (Steps / 4) - 1)
                last = [.. last, .. logits[..2]];
        });
    }

    Console.WriteLine(JsonSerializer.Serialize(new Figures(prompt.Figure, step.Figure, together.Figure, [.. first, .. last])));
    return 0;
}

// What a weight takes: blocks of 32 have a scale of two bytes in llama.cpp and of four in ONNX Runtime; ours of eight bits have one for each output.
static double BytesOf(string format, string contender) => (format, contender) switch
{
    ("float32", _) => 4,
    ("bfloat16", _) => 2,
    ("int8", "ours") => 1,
    ("int8", "onnx") => 36.0 / 32,
    ("int8", _) => 34.0 / 32,
    (_, "onnx") => 20.0 / 32,
    _ => 18.0 / 32,
};

void Tell(LlamaShape shape, string format, Dictionary<string, List<Figures>> figures)
{
    Console.WriteLine();
    Console.WriteLine($"{shape.Name}, {format}, {threads} thread{(threads == 1 ? "" : "s")}: ms, the best of {turns} turns of {Rounds} rounds; a prompt of {Prompt} and its share of the FMA peak, a step behind it and its share of the memory's speed, a step of {LlamaShape.Together} sequences together and its share of the peak; shares of what is measured before and behind each round, their medians; ratios to ours, medians of turns");
    foreach ((string contender, List<Figures> all) in figures)
    {
        string ratios = figures.TryGetValue("ours", out List<Figures>? ours) ? $"   {Ratio(turn => turn.Prompt),5:0.00} {Ratio(turn => turn.Step),5:0.00} {Ratio(turn => turn.Together),5:0.00}" : "";
        Console.WriteLine($"{contender,-10} {Told(turn => turn.Prompt)} {Told(turn => turn.Step)} {Told(turn => turn.Together)}{ratios}   scores {string.Join(' ', all[0].Scores.Select(score => $"{score:0.000}"))}");

        string Told(Func<Figures, Figure> of) => $"{all.Min(turn => of(turn).Milliseconds),9:0.00} {Median(all.Select(turn => of(turn).Share)),6:0%}";
        double Ratio(Func<Figures, Figure> of) => Median(all.Zip(ours, (other, own) => of(other).Milliseconds / of(own).Milliseconds));
    }

    Figure[] every = [.. figures.Values.SelectMany(turns => turns).SelectMany(turn => new[] { turn.Prompt, turn.Step })];
    Console.WriteLine($"peak {Range(every.Where((_, i) => i % 2 == 0))} GFLOP/s, memory {Range(every.Where((_, i) => i % 2 == 1))} GB/s");

    static string Range(IEnumerable<Figure> figures) => $"{figures.Min(figure => figure.Slowest) / 1e9:0} to {figures.Max(figure => figure.Fastest) / 1e9:0}";
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

/// <summary>What a process has measured.</summary>
/// <param name="Prompt">A prompt.</param>
/// <param name="Step">A step.</param>
/// <param name="Together">A step of sixteen sequences.</param>
/// <param name="Scores">The first scores behind the prompt, behind the last step, and of the last of the sequences that step together.</param>
internal sealed record Figures(Figure Prompt, Figure Step, Figure Together, float[] Scores);
