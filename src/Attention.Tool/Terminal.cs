using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Attention.Tool;

/// <summary>Where a command writes: answers to the output, everything else to the error stream.</summary>
/// <param name="output">Takes the answer.</param>
/// <param name="error">Takes notes and progress.</param>
/// <param name="isJson">Whether the answer is to be JSON.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isJson)
{
    private const int Widest = 4096; // columns of a table that no terminal has to show

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    public bool IsJson => isJson;

    public TextWriter Output => output;

    /// <summary>Whether somebody looks at the error stream while the command runs.</summary>
    public bool ShowsProgress => error == Console.Error && !Console.IsErrorRedirected;

    public void Json<T>(T answer) => output.WriteLine(JsonSerializer.Serialize(answer, s_json));

    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>Says something that is no part of the answer.</summary>
    public void Note(string text) => error.WriteLine(text);

    /// <summary>Draws a table; numbers, those columns whose title begins with a space, are aligned on the right.</summary>
    public void Table(string[] titles, IEnumerable<string[]> rows)
    {
        bool isTerminal = output == Console.Out && !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!isTerminal)
            console.Profile.Width = Widest;
        Table table = new Table { Border = isTerminal ? TableBorder.Rounded : TableBorder.None, UseSafeBorder = false };
        foreach (string title in titles)
            table.AddColumn(new TableColumn(Markup.Escape(title.Trim())) { Alignment = title.StartsWith(' ') ? Justify.Right : Justify.Left, NoWrap = true, Padding = isTerminal ? new Padding(1, 0) : new Padding(0, 0, 2, 0) });
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }

    /// <summary>A number with its thousands apart.</summary>
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>So many bytes, in two digits or three.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        int unit = 0;
        double size = bytes;
        for (; size >= 1000 && unit < units.Length - 1; size /= 1000)
            unit++;
        return size.ToString(unit == 0 || size >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    public static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
