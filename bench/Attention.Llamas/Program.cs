// A llama of TinyLlama's and one of SmolLM's shape with random weights: a prompt of 128 tokens and the steps behind it, of one sequence and of sixteen together; ours, llama.cpp and ONNX Runtime, one contender and one format a process, in turns.
// Arguments: [--shape tinyllama|smollm] [--format float32|bfloat16] [--contender ours|llama.cpp|onnx] [--threads N] [--turns N].
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Llamas;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
const int Prompt = 128, Steps = 32;
int threads = int.Parse(Value("--threads") ?? "2", CultureInfo.InvariantCulture), turns = int.Parse(Value("--turns") ?? "3", CultureInfo.InvariantCulture);
if (Value("--child") is string folder)
    return Child(folder, LlamaShape.All.First(shape => shape.Name == Value("--shape")), Value("--format")!, Value("--contender")!);

string program = Environment.ProcessPath!, work = Directory.CreateTempSubdirectory("llamas").FullName;
try
{
    foreach (LlamaShape shape in LlamaShape.All.Where(shape => Value("--shape") is null || shape.Name == Value("--shape")))
    {
        foreach (string format in new[] { "float32", "bfloat16" }.Where(format => Value("--format") is null || format == Value("--format")))
        {
            string[] contenders = [.. new[] { "ours", "llama.cpp", "onnx" }.Where(contender => (Value("--contender") is null || contender == Value("--contender")) && (contender != "onnx" || format == "float32"))];
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
        Onnx.Write(shape, path);
    else if (contender == "llama.cpp")
        LlamaCpp.Write(shape, format, path);
    else
    {
        var writer = new SafeTensorsWriter();
        foreach ((string name, int[] sizes) in shape.Tensors())
            writer.Add(name, "BF16", [.. sizes.Select(size => (long)size)], 2 * sizes.Aggregate(1L, (product, size) => product * size), stream => stream.Write(MemoryMarshal.AsBytes(LlamaCpp.Narrow(LlamaShape.ValuesOf(name, sizes)).AsSpan())));
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
    double prompt = double.MaxValue, step = double.MaxValue;
    double peak = Peak.Measure(200, threads), bandwidth = new Bandwidth(1L << 30, threads).Measure();
    float[] first = [], last = [];
    for (int round = 0; round < 5; round++)
    {
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits = model.Prompt(tokens.AsSpan(0, Prompt));
        prompt = Math.Min(prompt, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        first = logits[..4].ToArray();
        for (int i = Prompt; i < tokens.Length; i++)
        {
            start = Stopwatch.GetTimestamp();
            logits = model.Step(tokens[i]);
            step = Math.Min(step, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        last = logits[..4].ToArray();
    }

    double together = double.MaxValue;
    model.PromptTogether(tokens, Prompt);
    var next = new int[LlamaShape.Together];
    for (int i = 0; i < Steps; i++)
    {
        for (int sequence = 0; sequence < next.Length; sequence++)
            next[sequence] = tokens[(Prompt + i + sequence) % tokens.Length];
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits = model.StepTogether(next);
        together = Math.Min(together, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        if (i == Steps - 1)
            last = [.. last, .. logits[..2]];
    }

    peak = Math.Max(peak, Peak.Measure(200, threads));
    bandwidth = Math.Max(bandwidth, new Bandwidth(1L << 30, threads).Measure());
    Console.WriteLine(JsonSerializer.Serialize(new Figures(prompt, step, together, peak, bandwidth, [.. first, .. last])));
    return 0;
}

void Tell(LlamaShape shape, string format, Dictionary<string, List<Figures>> figures)
{
    Console.WriteLine();
    Console.WriteLine($"{shape.Name}, {format}, {threads} thread{(threads == 1 ? "" : "s")}: ms, best of {turns} turns; a prompt of {Prompt} and its share of the FMA peak, a step behind it and its share of the memory's speed, a step of {LlamaShape.Together} sequences together and its share of the peak; ratios to ours, medians of turns");
    double bytes = format == "float32" ? 4 : 2;
    foreach ((string contender, List<Figures> all) in figures)
    {
        double prompt = all.Min(turn => turn.Prompt), step = all.Min(turn => turn.Step), together = all.Min(turn => turn.Together), peak = figures.Values.SelectMany(turn => turn).Max(turn => turn.Peak), bandwidth = figures.Values.SelectMany(turn => turn).Max(turn => turn.Bandwidth);
        double work = 2.0 * ((Prompt * shape.LayerWeights) + ((long)shape.Vocabulary * shape.Width)), read = (bytes * shape.LayerWeights) + (bytes * shape.Vocabulary * shape.Width);
        string ratios = figures.TryGetValue("ours", out List<Figures>? ours) ? $"   {Median(all.Zip(ours, (other, own) => other.Prompt / own.Prompt)),5:0.00} {Median(all.Zip(ours, (other, own) => other.Step / own.Step)),5:0.00} {Median(all.Zip(ours, (other, own) => other.Together / own.Together)),5:0.00}" : "";
        Console.WriteLine($"{contender,-10} {prompt,9:0.0} {work / prompt / 1e6 / peak,6:0%} {step,9:0.00} {read / step * 1000 / bandwidth,6:0%} {together,9:0.00} {2.0 * LlamaShape.Together * shape.StepWeights / together / 1e6 / peak,6:0%}{ratios}   scores {string.Join(' ', all[0].Scores.Select(score => $"{score:0.000}"))}");
    }

    Console.WriteLine($"peak {figures.Values.SelectMany(turn => turn).Max(turn => turn.Peak):0} GFLOP/s, memory {figures.Values.SelectMany(turn => turn).Max(turn => turn.Bandwidth) / 1e9:0.0} GB/s");
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

/// <summary>What a process has measured.</summary>
/// <param name="Prompt">Milliseconds of the fastest prompt.</param>
/// <param name="Step">Milliseconds of the fastest step.</param>
/// <param name="Together">Milliseconds of the fastest step of sixteen sequences.</param>
/// <param name="Peak">Fused multiply-adds, in GFLOP/s.</param>
/// <param name="Bandwidth">Bytes a second of the fastest loop that reads memory.</param>
/// <param name="Scores">The first scores behind the prompt, behind the last step, and of the last of the sequences that step together.</param>
internal sealed record Figures(double Prompt, double Step, double Together, double Peak, double Bandwidth, float[] Scores);
