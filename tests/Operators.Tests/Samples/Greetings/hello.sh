#!/bin/sh
echo "hello from the package"
