using System.Reflection;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>How a code task is called: a class derived from <see cref="CodeTask{TInput,TOutput}"/>, or a method.</summary>
internal sealed class CodeTaskCall
{
    private readonly MethodInfo _method;
    private readonly ConstructorInfo? _constructor;
    private readonly ParameterInfo[] _parameters;
    private readonly ParameterInfo? _input;
    private readonly Type? _output;

    private CodeTaskCall(MethodInfo method, ConstructorInfo? constructor)
    {
        _method = method;
        _constructor = constructor;
        _parameters = method.GetParameters();
        var inputs = _parameters.Where(parameter => parameter.ParameterType != typeof(TaskContext) && parameter.ParameterType != typeof(CancellationToken)).ToList();
        if (inputs.Count > 1 || method.ContainsGenericParameters)
        {
            throw Bad($"method {Name} is no code task: it may take one input, a TaskContext and a CancellationToken, and no type parameters");
        }
        _input = inputs.SingleOrDefault();
        _output = OutputOf(method.ReturnType);
    }

    private string Name => $"{_method.DeclaringType?.FullName}.{_method.Name}";

    /// <summary>The code task of a class, or of a static method of it.</summary>
    /// <exception cref="UpdraftException">There is none.</exception>
    public static CodeTaskCall Find(Assembly? assembly, string className, string? method)
    {
        if (assembly is null) throw Bad($"the DAG's package holds no C#, so there is no class '{className}': put a C# project into the DAG's folder");
        var type = assembly.GetType(className) ?? throw Bad($"there is no class '{className}' in {assembly.GetName().Name}{Suggest(assembly, className)}");
        return method is null ? OfClass(type) : OfMethod(type, method);
    }

    /// <summary>The call of a delegate's method: a static method, or a lambda that captures nothing.</summary>
    /// <exception cref="UpdraftException">The delegate cannot be found again by name.</exception>
    public static (string Class, string Method) NameOf(Delegate code)
    {
        if (code.Target is { } target && !IsWithoutState(target.GetType()))
        {
            throw Bad($"the delegate {code.Method.Name} captures variables or an instance, which a worker does not have: use a static method, and hand values over as input");
        }
        return (code.Method.DeclaringType!.FullName!, code.Method.Name);
    }

    /// <summary>Runs the code and returns what it hands over; null for nothing.</summary>
    public async Task<JsonElement?> RunAsync(JsonElement input, TaskContext context, CancellationToken stop)
    {
        var bound = _input is null ? null : await BindAsync(input, context, stop);
        var arguments = _parameters.Select(parameter => parameter == _input ? bound : parameter.ParameterType == typeof(TaskContext) ? context : stop).ToArray();
        var returned = _method.Invoke(_constructor?.Invoke([]), BindingFlags.DoNotWrapExceptions, null, arguments, null);
        var value = await ResultOfAsync(returned);
        return _output is null || value is null ? null : JsonSerializer.SerializeToElement(value, _output, CodeJson.Options);
    }

    private static CodeTaskCall OfClass(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (!ancestor.IsGenericType || ancestor.GetGenericTypeDefinition() != typeof(CodeTask<,>)) continue;
            if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            {
                throw Bad($"class {type.FullName} must not be abstract and needs a public constructor without parameters");
            }
            return new CodeTaskCall(ancestor.GetMethod(nameof(CodeTask<,>.RunAsync))!, constructor);
        }
        throw Bad($"class {type.FullName} does not derive from CodeTask<TInput, TOutput>: derive it, or name one of its static methods with 'method'");
    }

    private static CodeTaskCall OfMethod(Type type, string name)
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var found = type.GetMethods(any).Where(method => method.Name == name && (method.IsStatic || IsWithoutState(type))).ToList();
        return found switch
        {
            [var method] => new CodeTaskCall(method, method.IsStatic ? null : type.GetConstructor(Type.EmptyTypes)),
            [] => throw Bad($"class {type.FullName} has no static method '{name}'"),
            _ => throw Bad($"class {type.FullName} has {found.Count} methods named '{name}': give the task's method a name of its own"),
        };
    }

    // The compiler keeps lambdas that capture nothing as methods of a class without fields.
    private static bool IsWithoutState(Type type) =>
        type.Name.StartsWith('<') && type.GetConstructor(Type.EmptyTypes) is not null && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;

    private static Type? OutputOf(Type returned)
    {
        if (returned == typeof(void) || returned == typeof(Task) || returned == typeof(ValueTask)) return null;
        return returned.IsGenericType && (returned.GetGenericTypeDefinition() == typeof(Task<>) || returned.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? returned.GenericTypeArguments[0]
            : returned;
    }

    private async Task<object?> ResultOfAsync(object? returned)
    {
        var task = returned switch
        {
            Task running => running,
            ValueTask running => running.AsTask(),
            not null when returned.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>) =>
                (Task)type.GetMethod(nameof(ValueTask.AsTask))!.Invoke(returned, null)!,
            _ => null,
        };
        if (task is null) return returned;
        await task;
        return _output is null ? null : task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }

    private async Task<object?> BindAsync(JsonElement given, TaskContext context, CancellationToken stop)
    {
        if (given.ValueKind == JsonValueKind.Undefined && _input!.HasDefaultValue) return _input.DefaultValue;
        var (input, options) = await CodeStreams.OfAsync(given, _input!.ParameterType, context, stop);
        try
        {
            return (input.ValueKind == JsonValueKind.Undefined ? JsonSerializer.SerializeToElement<object?>(null) : input).Deserialize(_input.ParameterType, options);
        }
        catch (JsonException e)
        {
            throw new UpdraftException(OperatorErrors.Fields, $"the input of {Name} does not fit {_input!.ParameterType.Name}: {e.Message}", e);
        }
    }

    private static string Suggest(Assembly assembly, string className)
    {
        var last = className[(className.LastIndexOf('.') + 1)..];
        var like = assembly.GetTypes().FirstOrDefault(type => string.Equals(type.Name, last, StringComparison.OrdinalIgnoreCase));
        return like is null ? ": write its full name, with its namespace" : $": is it '{like.FullName}'?";
    }

    private static UpdraftException Bad(string message) => new(OperatorErrors.CodeTask, message);
}
