using System.Diagnostics;
using Pronounce;

namespace Attention.Tests.Samples;

/// <summary>The sample's files, which lie beside the tests, and its command line.</summary>
internal static class PronounceSample
{
    public static string Weights { get; } = Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors");

    public static string WeightsOf(SpellingModel model) => Path.Combine(AppContext.BaseDirectory, $"pronounce-{model.ToString().ToLowerInvariant()}.safetensors");

    public static TestWord[] TestWords { get; } = TestWord.Read(Path.Combine(AppContext.BaseDirectory, "test.tsv"));

    /// <summary>What the float64 reference gets wrong with its greedy output: <c>greedy.json</c> of the checkpoint.</summary>
    public static Score Reference { get; } = new(Words: 6370, Wrong: 2446, WrongWithoutStress: 2083, PhonemeErrors: 3319, Phonemes: 40421);

    /// <summary>Runs the sample as a user does.</summary>
    public static (int Code, string Output, string Errors) Run(string[] arguments, string input = "", string instructionSet = "")
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "Pronounce.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ATTENTION_ISA"] = instructionSet },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, Lines(output.Result), Lines(errors.Result));
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n");
}
