using System.Reflection;
using System.Text.Json;

namespace Attention.Bench;

/// <summary>
/// The command <c>cold</c>: the MiniLM-shaped encoder until its first result over 128 tokens, weights in the page cache.
/// First in a process that already runs, ours beside ONNX Runtime's, each time in a new process and in turns; then from a
/// process's start, see <see cref="ColdStart"/>.
/// </summary>
internal static class Cold
{
    private const double Megabyte = 1 << 20;

    public static int Run(Options options)
    {
        int turns = options.Number("--turns", 7);
        string folder = Directory.CreateTempSubdirectory("attention-cold").FullName;
        try
        {
            var weights = RandomCheckpoint.Values(RandomCheckpoint.Encoder(6, 384, 1536, 1000, 512));
            string checkpoint = Path.Combine(folder, "weights.safetensors");
            using (FileStream file = File.Create(checkpoint))
            using (Stream tensors = TensorFile.Of(weights))
                tensors.CopyTo(file);
            double weightBytes = weights.Values.Sum(tensor => (double)sizeof(float) * tensor.Values.Length);

            List<(string Side, string Path)> sides = [(ColdChild.Ours, checkpoint)];
            if (HasOnnxRuntime())
            {
                var shape = new EncoderShape(6, 384, 12, 1536) { Epsilon = 1e-12f };
                foreach (OnnxAttention attention in Enum.GetValues<OnnxAttention>())
                {
                    string path = Path.Combine(folder, $"{attention}.onnx");
                    File.WriteAllBytes(path, OnnxEncoder.Build(shape, weights, ColdChild.Tokens, attention).Model);
                    sides.Add((attention.ToString(), path));
                }
            }
            else
            {
                Console.WriteLine("There is no ONNX Runtime here, so only ours is measured: bench/fetch-onnxruntime fetches it.");
            }

            weights.Clear();
            Result[] results = Compare(sides, weightBytes, turns);
            Console.WriteLine();
            ColdStart.Result[] starts = ColdStart.Run(checkpoint, turns);
            Figures.Write(options.Value("--json"), new { Running = results, Starting = starts });
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool HasOnnxRuntime()
    {
        using OnnxRuntime? runtime = OnnxRuntime.TryOpen();
        return runtime is not null;
    }

    private static Result[] Compare(List<(string Side, string Path)> sides, double weightBytes, int turns)
    {
        var steps = sides.ToDictionary(side => side.Side, _ => new List<ColdSteps>());
        for (int turn = 0; turn < turns; turn++)
        {
            foreach ((string side, string path) in sides)
            {
                PagedMemory.Recall();
                steps[side].Add(JsonSerializer.Deserialize<ColdSteps>(Child(side, path))!);
            }
        }

        Console.WriteLine($"In a running process, {ColdChild.Tokens} tokens, one thread: milliseconds, medians of {turns} processes in turns; ratio: to ours");
        Console.WriteLine("load: ours from the file, ONNX Runtime's library and environment; create: a session, theirs from a graph's bytes");
        Console.WriteLine("side               load  create   first   total  second   ratio    MB loaded   over weights    MB after");
        var results = new List<Result>();
        foreach ((string side, List<ColdSteps> all) in steps)
        {
            double Of(Func<ColdSteps, double> value) => Figures.Median(all.Select(value));
            double total = Of(step => step.Total);
            double? ratio = side == ColdChild.Ours ? null : Figures.Median(all.Zip(steps[ColdChild.Ours], (there, here) => there.Total / here.Total));
            var result = new Result(
                side, Of(step => step.Load), Of(step => step.Create), Of(step => step.First), total, Of(step => step.Second), ratio,
                Of(step => step.BytesLoaded - step.BytesBefore) / Megabyte, weightBytes / Megabyte, Of(step => step.BytesAfter - step.BytesBefore) / Megabyte);
            results.Add(result);
            Console.WriteLine(
                $"{side,-15} {result.Load,7:F1} {result.Create,7:F1} {result.First,7:F1} {result.Total,7:F1} {result.Second,7:F1} {result.Ratio,7:F2} {result.LoadedMb,12:F1} {result.LoadedMb - result.WeightsMb,+14:F1} {result.AfterMb,11:F1}");
        }

        Console.WriteLine($"MB: resident memory more than before; the weights are {weightBytes / Megabyte:F1} MB");
        return [.. results];
    }

    private static string Child(string side, string path)
    {
        // Under "dotnet Attention.Bench.dll" the process is dotnet's own.
        string program = Environment.ProcessPath!;
        string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Assembly.GetExecutingAssembly().Location] : [];
        return ChildProcess.Run(program, [.. own, ColdChild.Command, "--side", side, "--weights", path]).Output;
    }

    /// <summary>Medians of one side: milliseconds, megabytes (2^20), and the median of the turns' ratios to ours.</summary>
    private sealed record Result(
        string Side, double Load, double Create, double First, double Total, double Second, double? Ratio, double LoadedMb, double WeightsMb, double AfterMb);
}
